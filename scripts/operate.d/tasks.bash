# Shows tasks and wakes them. Every write comes from the Java rules (writes.json), and succeeds only if the task has not
# changed since it was read.

# A submit younger than this may still be running: SubmitFunction's time-out and some seconds more.
submit_millis=30000

# The longest wait of look: a worker wakes within seconds, and copying a picture takes some more.
look_seconds=60

# require_task_id TEXT: ends the command unless the text can be a task id.
require_task_id() {
  is_task_id "$1" || misuse "\"$1\" is no task id: an id is task- and 16 to 64 letters, digits, _ or -"
}

# read_task TASK_ID: prints the item as plain JSON.
read_task() {
  local answer
  require_task_id "$1"
  answer=$(aws dynamodb get-item --consistent-read --table-name "$TASKS_TABLE" \
    --key "$(jq -n --arg task "$1" '{task_id: {S: $task}}')") || die "cannot read the table $TASKS_TABLE"
  [ -n "$answer" ] && rules '.Item // empty | plain' -c <<<"$answer" | grep . || die "there is no task $1"
}

# tasks_of INDEX QUERY...: prints the tasks in an index, one JSON object a line, in the index's order, without prompt and URLs.
# The index has keys only, so the items are read from the table, a hundred at a time.
tasks_of() {
  local index=$1 found lines
  shift
  found=$(aws dynamodb "$@" --table-name "$TASKS_TABLE" --index-name "$index") || die "cannot read the table $TASKS_TABLE"
  while read_lines 100; do
    read_tasks "${lines[@]}" || exit
  done < <(jq -r '.Items[].task_id.S' <<<"$found")
}

# read_tasks TASK_ID...: prints at most a hundred tasks in this order, without those that no longer exist.
read_tasks() {
  local request answer items=''
  request=$(jq -n --arg table "$TASKS_TABLE" '$ARGS.positional | {($table): {ConsistentRead: true,
      Keys: map({task_id: {S: .}}), ProjectionExpression: "#0, #1, #2, #3, #4, #5, #6, #7",
      ExpressionAttributeNames: (["task_id", "user_id", "state", "callback_status", "created_at", "due_at", "lease_until",
        "version"] | to_entries | map({key: "#\(.key)", value}) | from_entries)}}' --args "$@")
  while [ "$request" != '{}' ]; do
    answer=$(aws dynamodb batch-get-item --request-items "$request") || die "cannot read the table $TASKS_TABLE"
    items+=$(rules '.Responses[$table][]? | plain' -c --arg table "$TASKS_TABLE" <<<"$answer")$'\n'
    # A busy table may leave keys unprocessed.
    request=$(jq -c '.UnprocessedKeys // {}' <<<"$answer")
    [ "$request" = '{}' ] || sleep 1
  done
  jq -cn '[inputs] as $items | $ARGS.positional[] as $id | $items[] | select(.task_id == $id)' --args "$@" <<<"$items"
}

# write NAME TASK_ID SEEN: makes one of the rules' writes; returns 1 if the task has changed since it was read.
write() {
  local now request error
  now=$(now_millis)
  request=$(rules 'request($name; $table; $task; $seen + {
      now: "\($now)", overdue_at: "\($now + $rules[0].grace_millis)", shard: "\($task | shard)"})' \
    -n --arg name "$1" --arg table "$TASKS_TABLE" --arg task "$2" --argjson seen "$3" --argjson now "$now") ||
    die "cannot build the write $1: scripts/operate and scripts/operate.d must be of the same version"
  if error=$(aws dynamodb update-item --cli-input-json "$request" 2>&1 >/dev/null); then
    return 0
  fi
  case $error in
    *ConditionalCheckFailedException*) return 1 ;;
    *) die "the table $TASKS_TABLE refused the write: $error" ;;
  esac
}

# wake_as_seen TASK_ID STATE VERSION: wakes the task as the sweep wakes an overdue one.
wake_as_seen() {
  local name
  case $2 in
    finished | failed) name=wake_callback ;;
    deleting) name=wake_deletion ;;
    *) name=wake_task ;;
  esac
  if write "$name" "$1" "$(jq -n --arg version "$3" '{seen_version: $version}')"; then
    say "woken"
  else
    say "overtaken"
  fi
}


command_task() {
  local raw='' task='' upstream='' found
  while [ $# -gt 0 ]; do
    case $1 in
      --raw) raw=1 ;;
      --upstream)
        [ $# -ge 2 ] && [ -n "$2" ] || misuse "--upstream needs an upstream task's id after it"
        upstream=$2
        shift
        ;;
      -*) misuse "task takes --raw and --upstream, not $1" ;;
      *) [ -z "$task" ] && task=$1 || misuse "task takes one task id" ;;
    esac
    shift
  done
  [ -n "$task$upstream" ] || misuse "task needs a task id, or --upstream and an upstream task's id"
  [ -z "$task" ] || [ -z "$upstream" ] || misuse "task takes either a task id or --upstream"
  [ -z "$task" ] || require_task_id "$task"
  settle_on TASKS_TABLE TasksTable
  if [ -n "$upstream" ]; then
    found=$(aws dynamodb query --table-name "$TASKS_TABLE" --index-name by_upstream \
      --key-condition-expression 'upstream_task_id = :upstream' \
      --expression-attribute-values "$(jq -n --arg id "$upstream" '{":upstream": {S: $id}}')") ||
      die "cannot read the table $TASKS_TABLE"
    found=$(jq -r '.Items[].task_id.S' <<<"$found")
    [ -n "$found" ] || die "no task has the upstream id $upstream"
    for task in $found; do
      describe "$task" "$raw" || exit
    done
  else
    describe "$task" "$raw"
  fi
}

# describe TASK_ID RAW: prints the task in words, or its whole item.
describe() {
  local item
  item=$(read_task "$1") || exit
  if [ -n "$2" ]; then
    jq . <<<"$item"
  else
    rules 'described($now)' -r --argjson now "$(now_millis)" <<<"$item"
  fi
}

command_tasks() {
  local user='' all='' which='' found
  while [ $# -gt 0 ]; do
    case $1 in
      --user)
        [ $# -ge 2 ] && is_user_id "$2" || misuse "--user needs a user id of 1 to 255 bytes"
        user=$2 which=user
        shift
        ;;
      --all) all=1 ;;
      --open | --overdue) which=${1#--} ;;
      *) misuse "tasks takes --user, --all, --open and --overdue, not $1" ;;
    esac
    shift
  done
  [ -n "$which" ] || misuse "tasks needs --user USER, --open or --overdue"
  settle_on TASKS_TABLE TasksTable
  if [ "$which" = user ]; then
    found=$(tasks_of by_user query --no-scan-index-forward --key-condition-expression 'user_id = :user' \
      --expression-attribute-values "$(jq -n --arg user "$user" '{":user": {S: $user}}')") || exit
    printf 'task\tstate\tcallback\tcreated\tdue\n'
    rules 'select($all == "1" or .due_at != null) | line' -r --arg all "$all" <<<"$found"
  else
    found=$(tasks_of due scan) || exit
    printf 'task\tstate\tcallback\tdue\n'
    rules '[inputs | select($which == "open" or is_overdue($now))] | sort_by(.due_at)[]
        | [.task_id, .state, .callback_status // "-", (.due_at | at)] | @tsv' \
      -rn --arg which "$which" --argjson now "$(now_millis)" <<<"$found"
  fi
}

# each_task COMMAND FUNCTION TASK_ID...: calls the function for each task, also after a failure. A wrong id stops it before the
# first call.
each_task() {
  local command=$1 function=$2 task failed=0
  shift 2
  [ $# -gt 0 ] || misuse "$command needs a task id"
  for task; do
    require_task_id "$task"
  done
  settle_on TASKS_TABLE TasksTable
  for task; do
    ("$function" "$task") || failed=1
  done
  return $failed
}

command_settle() {
  each_task settle settle "$@"
}

settle() {
  local item word about more
  for _ in 1 2 3 4 5; do
    item=$(read_task "$1") || exit
    read -r word about more <<<"$(rules 'settling($now; $submit_millis)' -r --argjson now "$(now_millis)" \
      --argjson submit_millis "$submit_millis" <<<"$item")"
    case $word in
      ended)
        say "$1 has ended: $about. Nothing was changed."
        return 0
        ;;
      held)
        say "$1 is held by a worker until $about at most. Nothing was changed."
        return 0
        ;;
      submitting)
        say "$1 is still being submitted. Nothing was changed; try again in half a minute."
        return 1
        ;;
      wake)
        if [ "$(wake_as_seen "$1" "$about" "$more")" = woken ]; then
          say "$1 is due. SettleFunction looks at it within seconds."
          return 0
        fi
        ;;
      *) die "$1 is open and has no due_at, so it was edited by hand: set due_at and due_shard in the item first" ;;
    esac
  done
  die "$1 changed during five attempts, and was not woken; run this again, or see scripts/operate task $1"
}

command_look() {
  [ $# -eq 1 ] || misuse "look takes one task id"
  require_task_id "$1"
  settle_on TASKS_TABLE TasksTable
  (settle "$1") || return
  local item
  for ((waited = 0; waited < look_seconds; waited++)); do
    item=$(read_task "$1") || exit
    if rules 'being_looked_at | not' -e <<<"$item" >/dev/null; then
      rules 'described($now)' -r --argjson now "$(now_millis)" <<<"$item"
      return 0
    fi
    sleep 1
  done
  die "no look at $1 has ended within $look_seconds seconds; see its state with: scripts/operate task $1"
}

command_send_callback() {
  each_task send-callback send_callback "$@"
}

send_callback() {
  local item word about
  for _ in 1 2 3 4 5; do
    item=$(read_task "$1") || exit
    read -r word about <<<"$(rules 'sending_again($now)' -r --argjson now "$(now_millis)" <<<"$item")"
    case $word in
      open) die "$1 has not ended, so there is nothing to send; nothing was changed" ;;
      expired) die "$1 is past its retention; nothing was changed" ;;
      deleted) die "$1 is deleted; nothing was changed" ;;
      none) die "$1 has no callback URL; nothing was changed" ;;
      due)
        say "The callback of $1 is already due. Nothing was changed."
        return 0
        ;;
      sending)
        say "The callback of $1 is being sent, until $about at most. Nothing was changed."
        return 0
        ;;
      send)
        if write send_again "$1" "$(jq '{seen_user: .user_id, author: "operator-\(now)"}' <<<"$item")"; then
          say "The callback of $1 is due. NotifyFunction sends it within seconds."
          return 0
        fi
        ;;
    esac
  done
  die "$1 changed during five attempts, and its callback was not made due; run this again, or see scripts/operate task $1"
}
