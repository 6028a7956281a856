"""A worker of its own process that sends what is due: `python -m tests.mail.outbox_child DATABASE_URL SMTP_URL`."""

import sys

from sqlalchemy import make_url

from api.jobs.mail import send_due
from api.settings import Settings
from geo.store.database import Database

if __name__ == "__main__":
    address, server = sys.argv[1:]
    made = Database(make_url(address), pool_size=2)
    settings = Settings.model_validate({"smtp_url": server, "mail_from": "Emprise <emprise@exemple.fr>"})
    sys.stdout.write(f"{send_due(made, settings)}\n")
    made.close()
