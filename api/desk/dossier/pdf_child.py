"""The process that sets a page as PDF: HTML on standard input, PDF on standard output, nothing fetched.

It gives up memory, time, writing, network and programs before it reads a byte: the page holds words and a picture of
strangers. Ends with ``MISSING`` where the library, or what it needs of the system, is not there.
"""

import resource
import sys

MISSING = 3
CPU_SECONDS = 60
MEMORY_BYTES = 1_500_000_000


def _limit() -> None:
    for kind, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def main() -> int:
    """Set the page of standard input."""
    try:
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):  # the library is there, but not Pango
        return MISSING
    from geo.intake.files.confined import confine

    fonts = FontConfiguration()
    _limit()
    confine()
    page = sys.stdin.buffer.read().decode("utf-8")
    nothing_fetched = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    document = HTML(string=page, url_fetcher=nothing_fetched)
    sys.stdout.buffer.write(document.write_pdf(pdf_variant="pdf/ua-1", font_config=fonts))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
