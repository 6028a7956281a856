"""Land of which projects were told that it is available, and that is so no more: as the worker, each told once."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geo.store.desk.openings import LOOKED_BACK_DAYS


@dataclass(frozen=True, slots=True)
class Closing:
    """A parcel that was taken after an opening was told (``event``), and a project that waits for it in vain.

    ``name``: where the project's organisation may know it; ``on``: from which day on it is taken.
    """

    event: int
    parcel: int
    name: str | None
    market: str
    on: date
    project: int
    project_name: str
    organisation: int


# Told were the projects that the market alone had kept from it, where they may still see it, and those that waited: of
# these, who looks for land yet and is not who took it. The last opening counts; what was taken long ago is no news.
UNTOLD = text("""
    with taken as (
        select distinct on (e.parcel) e.id as event, e.parcel, p.committed_deal as deal, p.name, p.responsible,
               p.visibility, coalesce(p.committed, p.market) as market, coalesce(p.committed_on, t."on") as since
        from core.market_change e
        join core.parcel p on p.id = e.parcel and p.deleted_on is null
            and coalesce(p.committed, p.market) not in ('for_sale', 'for_lease')
        cross join lateral (
            select c."on", c.at from core.market_change c
            where c.parcel = e.parcel and c.id > e.id and c.before in ('for_sale', 'for_lease')
              and c.after not in ('for_sale', 'for_lease')
            order by c.id desc limit 1) t
        where e.after in ('for_sale', 'for_lease') and e.before not in ('for_sale', 'for_lease', 'unknown')
          and t.at > now() - make_interval(days => :back)
          and exists (select from core.market_told o where o.what = 'opened' and o.about = e.id)
        order by e.parcel, e.id desc
    ), told as (
        select t.event, o.project, false as waits from taken t join core.market_opening o on o.event = t.event
        union
        select t.event, c.project, true from taken t join core.commitments_at(:day, clock_timestamp()) c
            on c.parcel = t.parcel and c.rank > 1 and c.kind <> 'interest' and c.project is not null
    ), whom as (
        select j.id, j.code_name, j.organisation, d.waits, t.*,
               t.visibility in ('public', 'partners') or t.responsible = j.organisation
               or (t.visibility = 'agency' and k.kind = 'agency')
               or exists (select from core.consent c
                          where c.parcel = t.parcel and c.project = j.id and c.until >= :day) as seen
        from taken t join told d using (event) join core.project j on j.id = d.project
        join core.organisation k on k.id = j.organisation
        where j.status not in ('sited', 'lost')
          and not exists (select from core.market_told g where g.what = 'gone' and g.about = t.event)
          and not exists (
              select from core.commitment c
              where c.deal = t.deal and c.superseded_at is null and c.project = j.id)
    )
    select distinct on (event, id) event, parcel, case when seen then name end, market, since, id, code_name,
           organisation
    from whom where seen or waits order by event, id
""")


def untold(connection: Connection, day: date) -> list[Closing]:
    """Land that was taken since projects were told of it, by opening; each of them once, until it is told."""
    return [Closing(*row) for row in connection.execute(UNTOLD, {"back": LOOKED_BACK_DAYS, "day": day})]
