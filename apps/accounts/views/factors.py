"""Two of allauth's pages, with a door in front."""

from allauth.account.decorators import reauthentication_required
from allauth.account.views import password_set
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import remove_webauthn
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from apps.accounts.http import SignedInRequest


def mfa_remove_webauthn(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove a passkey, unless nothing would be left to confirm with that it is them."""
    passkey = get_object_or_404(
        Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN
    )
    adapter = get_adapter()
    if not adapter.can_delete_authenticator(passkey):
        messages.error(request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_list_webauthn")
    response: HttpResponse = remove_webauthn(request, pk=pk)
    return response


@reauthentication_required(app="apps.accounts")  # type: ignore[untyped-decorator]
def account_set_password(request: SignedInRequest) -> HttpResponse:
    """Set the first password of an account that was made with a passkey."""
    response: HttpResponse = password_set(request)
    return response
