-- One surface everywhere: what people read is measured on the ground; the plane of the CRS enlarges it by k2.
-- Names are written out rather than a search path set, so that the planner can put the expression in its place.
create function core.ground_m2(shape geometry) returns double precision
language sql immutable parallel safe as $$
    select case when public.st_area(shape) > 0 then public.st_area(shape) / (core.scale_factor(shape) ^ 2)
                else public.st_area(shape) end
$$;
comment on function core.ground_m2(geometry) is 'surface in m2 on the ground: planar area / k2';
revoke execute on function core.ground_m2(geometry) from public;
grant execute on function core.ground_m2(geometry) to emprise_worker;
