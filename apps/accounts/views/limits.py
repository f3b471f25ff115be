"""The answer to whoever tries too often."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from apps.core.http import wants_json

MINUTE, HOUR = 60, 3600
# The longest window of the limits a page answers to (settings, ACCOUNT_RATE_LIMITS), in seconds.
WINDOWS = {
    "account_signup": HOUR,
    "account_signup_by_passkey": HOUR,
    "account_reset_password": HOUR,
    "account_complete_password_reset": HOUR,
    "account_email_verification_sent": HOUR,
}


def too_many(request: HttpRequest) -> HttpResponse:
    """Say kindly that it is too often now, and when to come back."""
    match = request.resolver_match
    seconds = WINDOWS.get(match.view_name if match else "", MINUTE)
    if wants_json(request):
        response: HttpResponse = JsonResponse({"error": "limited"}, status=429)
    else:
        response = render(request, "429.html", {"minutes": seconds // 60}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
