-- What bench.load_client has wrk ask: the paths of a file, one a line, in turn. Answers are counted, not read.
local paths, asked = {}, 0

function init(args)
    wrk.headers["Host"] = "127.0.0.1"
    wrk.headers["Accept"] = "*/*"
    for path in io.lines(args[1]) do paths[#paths + 1] = wrk.format("GET", path) end
end

function request()
    asked = asked + 1
    return paths[(asked - 1) % #paths + 1]
end

function done(summary, latency)
    local errors, times = summary.errors, {}
    for share = 1, 100 do times[share] = string.format("%.3f", latency:percentile(math.min(share, 99.999)) / 1000) end
    io.write(string.format('{"requests": %d, "errors": %d, "bytes": %d, "seconds": %.6f, "times": [%s]}\n',
        summary.requests, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        summary.bytes, summary.duration / 1000000, table.concat(times, ", ")))
end
