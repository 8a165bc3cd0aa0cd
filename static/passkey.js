"use strict";
// Passkeys: asks the house for a question, lets the browser answer it, and sends the form with the answer in it.
// The forms show themselves only where that can work; every page has another way without this script.
{
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));

  const make = async (question) => {
    const made = await navigator.credentials.create({ publicKey: {
      ...question, challenge: toBytes(question.challenge), user: { ...question.user, id: toBytes(question.user.id) },
      excludeCredentials: named(question.excludeCredentials),
    } });
    return { attestationObject: toText(made.response.attestationObject), made };
  };
  const show = async (question) => {
    const made = await navigator.credentials.get({ publicKey: {
      ...question, challenge: toBytes(question.challenge), allowCredentials: named(question.allowCredentials),
    } });
    return { authenticatorData: toText(made.response.authenticatorData), signature: toText(made.response.signature), made };
  };
  const answer = async (form) => {
    const asked = await fetch(form.dataset.question, {
      method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": form.elements.csrf_token.value },
    });
    if (!asked.ok) throw new Error(String(asked.status));
    const { made, ...response } = await (form.dataset.passkey === "make" ? make : show)(await asked.json());
    response.clientDataJSON = toText(made.response.clientDataJSON);
    return JSON.stringify({ id: made.id, rawId: toText(made.rawId), type: made.type, response, clientExtensionResults: {} });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential || !window.isSecureContext) continue;
    const says = form.querySelector("[data-passkey-says]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      says.textContent = "";
      try {
        form.elements.answer.value = await answer(form);
        form.submit();
      } catch { // closed by the visitor, no passkey on this device, or no connection
        says.textContent = form.dataset.no;
      }
    });
    form.hidden = false;
    for (const without of document.querySelectorAll("[data-without-passkey]")) without.hidden = true;
  }
}
