drop function core.ground_m2(geometry);
