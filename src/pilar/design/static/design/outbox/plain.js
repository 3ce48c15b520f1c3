/* A page whose forms are plain. */
"use strict";

new Outbox(document.getElementById("outbox"), Fields).begin();
