"""The statement of full responsibility of a self-assessment: to be signed on paper, and brought back as a file."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design.views import done, file
from pilar.evaluation import operations
from pilar.evaluation.documents.responsibility import statement_name, statement_paper
from pilar.evaluation.forms.responsibility import StatementForm
from pilar.evaluation.pages.answers import frame
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.queries.responsibility import responsibility
from pilar.evaluation.rules.authority import Action
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page
from pilar.platform.errors import Faults


@page("evaluation/answers/statement.html", sends=True)
def statement(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Show the paper to sign, and take the signed file with the code that stands on it."""
    form = form_for(key, scope=by, now=now)
    upload = StatementForm(request.POST, request.FILES) if request.method == "POST" else StatementForm()
    if request.method == "POST":
        content = upload.take(by=by, region=form.header.region_code, office=None, now=now)
        if content is not None:
            try:
                operations.attach_statement(
                    by=by, assessment=key, code=upload.cleaned_data["code"], content=content, now=now
                )
            except Faults as refused:
                upload.tell(refused)
                upload.keep(content)
            else:
                return done(request, _("The signed statement is kept"), "evaluation:statement", key)
    context = {
        **frame(form),
        "statement": responsibility(form, now=now),
        "upload": upload,
        "why_not": form.why_not(Action.SUBMIT),
    }
    return context, upload.status if request.method == "POST" else 200


@answer
@require_safe
def paper(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The statement as PDF, of what is answered now, or was when it was submitted."""
    form = form_for(key, scope=by, now=now)
    made = statement_paper(form, responsibility(form, now=now), now=now)
    return file(made, f"{statement_name(form)}.pdf", "application/pdf", inline=True)
