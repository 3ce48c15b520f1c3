"""What a page says that works without a line. ``one`` and ``many`` are what is filled in: "visit", "visits"."""

from __future__ import annotations

from pilar.platform.language import mark

TEXTS = {
    "start": mark("Begin a new %(one)s"),
    "hand_in": mark("Hand the %(one)s in"),
    "here": mark("%(many)s on this tablet"),
    "to_finish": mark("%(many)s to be finished or mended"),
    "of_others": mark("%(many)s that others have taken down on this tablet, sent when they sign in:"),
    "where": mark("Where the %(many)s are"),
    "where_told": mark(
        "Until they are sent, %(many)s lie on this tablet only; then they are erased here. Lend it to nobody before "
        "that, and do not clear the data of the browser. What is not handed in is erased after %(days)s days."
    ),
    "locked": mark("%(many)s stay on the tablet. Sign in and open this page once more with a line."),
    "sign_in": mark("The %(many)s are kept and sent once you have signed in again."),
    "no_script": mark("This page needs scripts to keep %(many)s on the tablet"),
    "no_store": mark("This browser keeps nothing, so %(many)s would be lost. Use another one, or no private window"),
    "no_worker": mark("This browser cannot open the page again without a line; %(many)s are kept all the same"),
    "ready": mark("This page works without a line now"),
    "not_ready": mark("Not ready to work without a line yet: wait a moment"),
    "missing": mark("Fill this in"),
    "unfinished": mark("Unfinished"),
    "refused": mark("Refused"),
    "go_on": mark("Go on"),
    "take_out": mark("Take out"),
    "mend": mark("Open and mend"),
    "other_page": mark("Open its page"),
    "kept": mark("The %(one)s is kept on this tablet"),
    "elsewhere": mark("This %(one)s has been handed in or thrown away in another window"),
    "discard": mark("Throw the %(one)s away"),
    "erased": mark("The %(one)s is erased from this tablet and never sent."),
    "thrown": mark("The %(one)s is thrown away"),
    "offline": mark("No line. %(many)s are kept on this tablet and sent when there is one"),
    "sending": mark("Sending …"),
    "all_sent": mark("All %(many)s have arrived"),
    "unreached": mark("The server was not reached. It is tried again by itself"),
    "signed_out": mark("Your sign-in has ended. The %(many)s stay on this tablet"),
    "some_refused": mark("Some %(many)s were refused. See below why"),
}
