"""What the search fields of our forms offer, and the rest of a stream."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from siklus.desk.pages.activities import DOORS
from siklus.desk.pages.answers import opened, viewer
from siklus.desk.pages.stream import Place, stream
from siklus.platform.search.queries import find
from siklus.platform.web.jinja import render
from siklus.records.contacts.queries import contacts_for
from siklus.records.fields.actions import definitions
from siklus.records.products.models import Product

MOST = 12


@require_GET
def contact_options(request: HttpRequest) -> HttpResponse:
    """People by any part of their name; without a question those of one company."""
    user, wanted = viewer(request), request.GET.get("q", "").strip()
    if wanted:
        found = find(wanted, viewer=user, limit=MOST, kinds=("contact",))
        rows = [(one.object_id, one.title, one.beside) for one in found]
    else:
        people = contacts_for(user)
        company = request.GET.get("company", "")
        if company.isdecimal():
            people = people.filter(company_id=int(company))
        rows = [(one.pk, one.name, one.title) for one in people.order_by("-id")[:MOST]]
    return render(request, "desk/pages/_options.html", {"rows": rows})


@require_GET
def company_options(request: HttpRequest) -> HttpResponse:
    """Companies by any part of their name."""
    user, wanted = viewer(request), request.GET.get("q", "").strip()
    found = find(wanted, viewer=user, limit=MOST, kinds=("company",)) if wanted else []
    rows = [(one.object_id, one.title, one.beside) for one in found]
    return render(request, "desk/pages/_options.html", {"rows": rows})


@require_GET
def product_options(request: HttpRequest) -> HttpResponse:
    """Products in use by any part of their name."""
    products = Product.objects.filter(is_active=True)
    if wanted := request.GET.get("q", "").strip():
        products = products.filter(name__icontains=wanted)
    rows = [(one.pk, one.name, one.family) for one in products[:MOST]]
    return render(request, "desk/pages/_options.html", {"rows": rows})


@require_GET
def stream_rest(request: HttpRequest, kind: str, record_id: int) -> HttpResponse:
    """The next lines of a stream."""
    if kind not in DOORS:
        raise Http404
    place = Place(kind, opened(DOORS[kind], viewer(request), record_id))
    own = {field.key: field.label for field in definitions(kind)}
    names = stream(request, place, own=own, with_open=False)
    return render(request, "desk/pages/_items.html", names)
