# Rotates secrets. Each step reads the state of the rotation from the secret and the live functions. After a crash at any
# point, the same command continues. No secret is a program's argument, and only reveal prints one.

secret_text() {
  aws secretsmanager get-secret-value --secret-id "$1" | jq -er .SecretString || die "cannot read the secret $1"
}

# put_secret ID: stores standard input as the secret's text.
put_secret() {
  aws secretsmanager put-secret-value --secret-id "$1" --secret-string file:///dev/stdin >/dev/null ||
    die "cannot write the secret $1"
}

# secret_tag ID KEY: prints a tag's value, or nothing.
secret_tag() {
  aws secretsmanager describe-secret --secret-id "$1" |
    jq -r --arg key "$2" '[.Tags[]? | select(.Key == $key) | .Value][0] // ""' || die "cannot read the secret $1"
}

set_secret_tag() {
  aws secretsmanager tag-resource --secret-id "$1" \
    --tags "$(jq -n --arg key "$2" --arg value "$3" '[{Key: $key, Value: $value}]')" || die "cannot tag the secret $1"
}

# random_text LENGTH: prints random letters and digits.
random_text() {
  head -c 1024 /dev/urandom | base64 | tr -dc 'A-Za-z0-9' | cut -c "1-$1"
}

# fingerprint TEXT: prints eight digits that identify a secret without revealing it.
fingerprint() {
  printf '%s' "$1" | { sha256sum 2>/dev/null || shasum -a 256; } | cut -c 1-8
}

parts() {
  printf '%s' "$1" | tr ',' '\n' | grep -c .
}

part() {
  printf '%s' "$1" | cut -d , -f "$2"
}

fingerprints() {
  local i prints=''
  for ((i = 1; i <= $(parts "$1"); i++)); do
    prints="$prints${prints:+, }$(fingerprint "$(part "$1" "$i")")"
  done
  printf '%s' "$prints"
}

# ---- The key that signs our webhook URLs ----------------------------------------------------------------------------------
# KEY -> KEY,NEW (both verify) -> NEW,KEY (the new one signs) -> NEW. A tag tells which of the two is new.

new_key_tag=darkroom:new-key
signs_since_tag=darkroom:signs-since

command_signing_key() {
  local step=${1:-} now=''
  case "$*" in
    "" | add | switch | drop) ;;
    "drop --now") now=1 ;;
    *) misuse "signing-key takes add, switch, drop, drop --now or nothing" ;;
  esac
  load_resources
  await_stack
  local id text new=none tag
  id=$(physical CallbackSigningKeys) || exit
  text=$(secret_text "$id") || exit
  tag=$(secret_tag "$id" "$new_key_tag") || exit
  # new: the position of the rotation's new key in the list.
  if [ "$(parts "$text")" -ge 2 ]; then
    [ "$(fingerprint "$(part "$text" 1)")" = "$tag" ] && new=1
    [ "$(fingerprint "$(part "$text" 2)")" = "$tag" ] && new=2
    [ "$new" != none ] || [ -z "$step" ] ||
      die "the secret has $(parts "$text") keys, and this command added none of the first two; leave one key in the secret, then run this again; nothing was changed"
  fi
  "signing_key_${step:-show}" "$id" "$text" "$new" "$now"
}

signing_keys_live() {
  make_live "$1" CALLBACK_SIGNING_KEYS SubmitFunction CallbackFunction
}

signing_key_show() {
  say "Keys in the secret (the first signs, all verify): $(fingerprints "$2")."
  if ! is_live "$2" CALLBACK_SIGNING_KEYS SubmitFunction CallbackFunction; then
    say "They are not live yet. Run the last step again."
  elif [ "$(parts "$2")" = 1 ]; then
    say "It is live. No rotation is under way; signing-key add starts one."
  elif [ "$3" = 2 ]; then
    say "They are live. Next: signing-key switch."
  elif [ "$3" = 1 ]; then
    local safe
    safe=$(safe_to_drop "$1" "$2") || exit
    if [ -n "$safe" ]; then
      say "They are live. Next: signing-key drop, from $(clock "$safe") on."
    else
      say "They are live. Run signing-key switch again: it was interrupted."
    fi
  else
    say "They are live, but this command added none of the first two. To rotate, leave one key in the secret first."
  fi
}

signing_key_add() {
  local text=$2 key
  if [ "$(parts "$text")" = 1 ]; then
    # An interrupted drop may have left the key not live. Such a key must not become the old one.
    signing_keys_live "$text"
    key=$(random_text 48)
    # The tag comes first: without it, the two keys could not be told apart later.
    set_secret_tag "$1" "$new_key_tag" "$(fingerprint "$key")"
    text=$text,$key
    printf '%s' "$text" | put_secret "$1" || exit
  elif [ "$3" = 1 ]; then
    die "the new key signs already; the next step is signing-key drop"
  fi
  signing_keys_live "$text"
  say "The new key is live and verifies; the old one still signs. Next: signing-key switch."
}

signing_key_switch() {
  local text=$2
  [ "$(parts "$text")" -ge 2 ] || die "there is only one key; run signing-key add first"
  if [ "$3" = 2 ]; then
    # A function refuses webhooks that are signed with a key that it does not have yet.
    is_live "$text" CALLBACK_SIGNING_KEYS SubmitFunction CallbackFunction ||
      die "the new key is not live yet; run signing-key add again first"
    text=$(part "$text" 2),$(part "$text" 1)
    printf '%s' "$text" | put_secret "$1" || exit
  fi
  signing_keys_live "$text"
  # After a crash between the deployment and this line the time is unknown, and now is the safe choice.
  if [ -n "$deployed" ] || [ -z "$(safe_to_drop "$1" "$text")" ]; then
    set_secret_tag "$1" "$signs_since_tag" "$(fingerprint "$(part "$text" 1)")@$(date +%s)"
  fi
  local safe
  safe=$(safe_to_drop "$1" "$text") || exit
  say "The new key signs; the old one still verifies. Next: signing-key drop, from $(clock "$safe") on:" \
    "until then, webhooks signed with the old key may arrive."
}

signing_key_drop() {
  local text=$2 safe
  if [ "$(parts "$text")" = 1 ]; then
    signing_keys_live "$text"
    say "There is one key, and it is live."
    return
  fi
  [ "$3" = 1 ] || die "the new key does not sign yet; the next step is signing-key switch"
  is_live "$text" CALLBACK_SIGNING_KEYS SubmitFunction CallbackFunction ||
    die "the new key's signing is not live yet; run signing-key switch again first"
  safe=$(safe_to_drop "$1" "$text") || exit
  [ -n "$safe" ] || die "signing-key switch was interrupted; run it again first"
  [ -n "$4" ] || [ "$(date +%s)" -ge "$safe" ] ||
    die "webhooks signed with the old key may arrive until $(clock "$safe"); nothing was changed." \
      "If strangers know that key, run signing-key drop --now: the sweep then settles the tasks of those webhooks"
  text=$(part "$text" 1)
  printf '%s' "$text" | put_secret "$1" || exit
  signing_keys_live "$text"
  say "The old key is gone."
}

# safe_to_drop ID TEXT: prints the time from which no task can need a webhook signed with the old key; nothing if it is unknown.
safe_to_drop() {
  local tag deadline
  tag=$(secret_tag "$1" "$signs_since_tag") || exit 1
  deadline=$(parameter SettleDeadlineSeconds) || exit 1
  # One more minute for submits that were running at the switch.
  [ "${tag%@*}" != "$(fingerprint "$(part "$2" 1)")" ] || say $((${tag#*@} + deadline + 60))
}

# ---- The secret that signs clients' callbacks -----------------------------------------------------------------------------
# SECRET -> NEW,whsec_SECRET (both sign) -> NEW. The template adds whsec_ to the first one.

command_client_secret() {
  local step=${1:-show}
  [ $# -le 1 ] || misuse "client-secret takes add, reveal, drop or nothing"
  case $step in
    show | add | reveal | drop) ;;
    *) misuse "client-secret takes add, reveal, drop or nothing, not $step" ;;
  esac
  load_resources
  local id text
  id=$(physical ClientWebhookSecrets) || exit
  text=$(secret_text "$id") || exit
  if [ "$step" = reveal ]; then
    say "whsec_$(part "$text" 1)"
    return
  fi
  await_stack
  "client_secret_$step" "$id" "$text"
}

client_secrets_live() {
  make_live "whsec_$1" CLIENT_WEBHOOK_SECRETS NotifyFunction
}

client_secret_show() {
  say "Secrets that sign callbacks (the newest first): $(fingerprints "whsec_$2")."
  if ! is_live "whsec_$2" CLIENT_WEBHOOK_SECRETS NotifyFunction; then
    say "They are not live yet. Run the last step again."
  elif [ "$(parts "$2")" = 1 ]; then
    say "It is live. No rotation is under way; client-secret add starts one."
  else
    say "They are live. Next: client-secret drop, when every receiver has the newest one."
  fi
}

client_secret_add() {
  local text=$2
  if [ "$(parts "$text")" = 1 ]; then
    client_secrets_live "$text"
    # Letters and digits are valid base64; 32 of them are 24 bytes.
    text=$(random_text 32),whsec_$text
    printf '%s' "$text" | put_secret "$1" || exit
  fi
  client_secrets_live "$text"
  say "Every callback now has two signatures. client-secret reveal prints the new secret for the operators of receivers." \
    "Next, when all receivers have it: client-secret drop."
}

client_secret_drop() {
  local text=$2
  if [ "$(parts "$text")" -ge 2 ]; then
    is_live "whsec_$text" CLIENT_WEBHOOK_SECRETS NotifyFunction ||
      die "the new secret does not sign yet; run client-secret add again first"
    text=$(part "$text" 1)
    printf '%s' "$text" | put_secret "$1" || exit
    client_secrets_live "$text"
    say "The old secret no longer signs."
  else
    client_secrets_live "$text"
    say "There is one secret, and it is live."
  fi
}

# ---- The APIDot key -------------------------------------------------------------------------------------------------------

command_apidot_key() {
  case "$*" in
    "" | set) ;;
    *) misuse "apidot-key takes set, with the key on standard input, or nothing" ;;
  esac
  # With another locale, the pattern below could match characters beyond ASCII.
  local id text key LC_ALL=C
  if [ "${1:-}" = set ]; then
    [ ! -t 0 ] || printf 'The new APIDot key (not shown): ' >&2
    IFS= read -rs key || [ -n "$key" ] || misuse "apidot-key set reads the key from standard input, which was empty"
    [ ! -t 0 ] || printf '\n' >&2
    # The regular expressions of macOS count to 255 at most.
    [[ $key =~ ^[!-~]+$ ]] && [ "${#key}" -ge 8 ] && [ "${#key}" -le 512 ] ||
      misuse "the key must be 8 to 512 visible ASCII characters; nothing was changed"
  fi
  load_resources
  await_stack
  id=$(parameter ApiDotKeySecret) || exit
  text=$(secret_text "$id") || exit
  if [ -z "${key:-}" ]; then
    if is_live "$text" APIDOT_API_KEY SubmitFunction SettleFunction; then
      say "The key in the secret is live: $(fingerprint "$text")."
    else
      say "The key in the secret, $(fingerprint "$text"), is not live: run apidot-key set and enter that key."
    fi
    return
  fi
  [ "$key" = "$text" ] || printf '%s' "$key" | put_secret "$id" || exit
  make_live "$key" APIDOT_API_KEY SubmitFunction SettleFunction
  # A function call that began before the deployment may still use the old key.
  say "The key $(fingerprint "$key") is live. The old one can be revoked at APIDot from" \
    "$(clock $(($(date +%s) + $(rules '$rules[0].lease_millis / 1000' -n)))) on."
}
