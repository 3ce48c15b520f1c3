/* What answers a form and has an address of its own takes it: who comes back to it or loads it again asks for it, and the
   browser does not send the form once more. */
"use strict";

history.replaceState(null, "", document.querySelector("[data-address]").dataset.address);
