from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from bench.floor.models import Booking, Draft, Line, Slot


def bare(request):
    return HttpResponse("ok")


def page(request):
    """A page of 19 KB with one query."""
    return render(request, "page.html", {"slots": Slot.objects.order_by("pk")[:12]})


def rows(request):
    """Two hundred rows of eight fields, or as many as are asked for."""
    count = int(request.GET.get("count", 200))
    return render(request, "rows.html", {"slots": Slot.objects.order_by("pk")[:count]})


@csrf_exempt
def step(request):
    """One step of a journey: read and write the draft in a transaction."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=request.POST["draft"])
        draft.payload = request.POST["answer"]
        draft.save(update_fields=["payload"])
    return HttpResponse(status=302, headers={"Location": "/page"})


@csrf_exempt
def book(request):
    """One transaction of 1 + 3 inserts under a partial unique constraint."""
    with transaction.atomic():
        booking = Booking.objects.create(slot_id=request.POST["slot"], status="confirmed")
        for number in range(3):
            Line.objects.create(booking=booking, text=f"line {number}")
    return HttpResponse(status=302, headers={"Location": "/page"})
