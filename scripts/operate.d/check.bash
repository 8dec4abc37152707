# Sends requests to the deployed API as a user would, and prints one line for each answer.

# ask NAME EXPECTED METHOD URL [BODY]: sends a request with the token in $TOKEN, and says whether the answer has the expected status.
ask() {
  local name=$1 expected=$2 method=$3 url=$4 status
  local request=(--silent --output /dev/null --write-out '%{http_code}' --max-time 40 --request "$method")
  [ $# -lt 5 ] || request+=(--header 'Content-Type: application/json' --data "$5")
  # The token goes through a pipe, because other users can see a program's arguments.
  status=$(printf 'header = "Authorization: Bearer %s"\n' "$TOKEN" | curl "${request[@]}" --config - "$url") || status="no answer"
  if [ "$status" = "$expected" ]; then
    say "ok      $name: $status"
  else
    say "FAILED  $name: $status instead of $expected"
    unwell=1
  fi
}

command_check() {
  [ $# -eq 0 ] || misuse "check takes no arguments; the token is read from TOKEN or from standard input"
  need curl
  load_description
  local api callbacks unwell=''
  api=$(output ApiUrl) || exit 1
  callbacks=$(output CallbackUrl) || exit 1
  if [ -z "${TOKEN:-}" ]; then
    [ ! -t 0 ] || printf 'An access token of a user, as docs/deploy.md gets one: ' >&2
    IFS= read -rs TOKEN || true
    [ ! -t 0 ] || printf '\n' >&2
  fi
  [[ $TOKEN =~ ^[A-Za-z0-9._~+/=-]+$ ]] || die "TOKEN or standard input must hold an access token as docs/deploy.md gets one; it has letters, digits and . _ ~ + / = - only"
  ask "quote" 200 POST "$api/api/generate/quote" '{"model":"gpt-image-2","input":{"prompt":"A red door"}}'
  ask "list" 200 GET "$api/api/generate/tasks?limit=1"
  ask "status of an unknown task" 404 GET "$api/api/generate/status/task-000000000000000000000000"
  TOKEN=nobody ask "list with an invalid token" 401 GET "$api/api/generate/tasks"
  TOKEN=nobody ask "webhook with an invalid signature" 404 POST "$callbacks/callbacks/apidot/task-000000000000000000000000/unsigned" '{}'
  [ -z "$unwell" ] || die "some answers are not as expected; see docs/operate.md, \"Ask the API\""
}
