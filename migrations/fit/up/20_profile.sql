-- Which buildings fit on a parcel, proved for every length and width (geo/fit/profile.py): made with its buildable area.
alter table core.parcel_derived add column profile bytea check (octet_length(profile) <= 400);
alter table core.parcel_derived alter column profile set storage plain;
comment on column core.parcel_derived.profile is
    'widths proved to fit and not to fit on a ladder of lengths, planar metres; null: no outline, or an unusable one';
