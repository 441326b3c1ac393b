"""The command ``specpress``: arguments, printing, exit statuses.

In: the words of the command line. Out: text, files, and one of the statuses below.
This is the only part of the program that prints. Nothing but ``click`` is imported
before it is clear what to do, so that help answers at once.

========  =====================================================================
status    meaning
========  =====================================================================
0         done
1         ``check`` or ``verify`` found differences
2         the document, the configuration or the command line is wrong
3         reading or writing failed
70        a mistake of this program; a report was written to a file
130, 143  interrupted by the keyboard, or by a request to end
========  =====================================================================
"""

from __future__ import annotations

from specpress.cli.entry import main

__all__ = ["main"]
