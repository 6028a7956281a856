"""What happened to a file: counts by layer, repairs, refusals and remarks, bounded however bad the file is."""

from geo.intake.report.counts import Counts, Merged
from geo.intake.report.findings import Findings
from geo.intake.report.messages import KEPT_PER_CODE
from geo.intake.report.report import OVERRIDDEN, STEP_KEPT, Report
from geo.intake.report.told import Message, Told

__all__ = ["KEPT_PER_CODE", "OVERRIDDEN", "STEP_KEPT", "Counts", "Findings", "Merged", "Message", "Report", "Told"]
