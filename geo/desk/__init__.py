"""The adviser's desk, pure: by when an enquiry is due, what a mail says, which question was asked before.

No database, no clock, no sentences: days and instants are passed in, what is found is told in codes and parameters.
"""
