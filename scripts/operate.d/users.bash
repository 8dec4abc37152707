# Deletes a user's data, in the same way as a user's own deletion of a task (dev.darkroom.task.Deleting). The records come first,
# so that no worker starts anything new and every late write is refused. The objects follow. SettleFunction removes objects that
# are written late, and leaves tombstones without any data of the user. This script removes the objects once more when the last
# upload URL has expired.

# In seconds. An upload's URL expires after 15 minutes; SettleFunction's second removal comes ten minutes after the first, plus a sweep.
late_seconds=900

command_delete_user() {
  local yes='' user='' word
  for word; do
    case $word in
      --yes) yes=1 ;;
      --*) misuse "delete-user takes --yes, not $word" ;;
      *) [ -z "$user" ] && user=$word || misuse "delete-user takes one user id" ;;
    esac
  done
  is_user_id "$user" || misuse "delete-user needs a user id of 1 to 255 bytes"
  settle_on TASKS_TABLE TasksTable
  settle_on IMAGES_BUCKET ImagesBucket
  if [ -z "${CLEAN_UP_ROLE_ARN+given}" ]; then
    load_description
    CLEAN_UP_ROLE_ARN=$(jq -r '.Stacks[0].Outputs[]? | select(.OutputKey == "CleanUpRoleArn") | .OutputValue' \
      <<<"$description")
    [ -n "$CLEAN_UP_ROLE_ARN" ] || die "the stack $stack has no output CleanUpRoleArn: deploy this version of Darkroom first"
  fi
  say "${CLEAN_UP_ROLE_ARN:+Account $(cut -d : -f 5 <<<"$CLEAN_UP_ROLE_ARN"), }table $TASKS_TABLE, bucket $IMAGES_BUCKET."
  local segment
  segment=$(printf '%s' "$user" | base64 | tr -d '=\n' | tr '+/' '-_')
  if [ -z "$yes" ]; then
    (in_clean_up_role && show_user "$user" "$segment") || exit 1
    say "Nothing was changed. delete-user with --yes deletes everything above."
    return
  fi
  (in_clean_up_role && delete_records "$user" && delete_objects "$segment") || exit 1
  say "Waiting $late_seconds seconds, until every upload URL has expired and every copy has ended. Late objects are then deleted too."
  sleep "$late_seconds"
  # The role's first session may have expired.
  (in_clean_up_role && delete_objects "$segment" && none_left "$user") || exit 1
  say "Nothing is left of the user in the table and the bucket."
}

# With the role, the operator needs no permission on the table or the bucket. Call this in a subshell, so that the caller keeps its
# own credentials.
in_clean_up_role() {
  local session
  [ -n "$CLEAN_UP_ROLE_ARN" ] || return 0
  session=$(aws sts assume-role --role-arn "$CLEAN_UP_ROLE_ARN" --role-session-name darkroom-delete-user) ||
    die "cannot assume the role $CLEAN_UP_ROLE_ARN; the operator needs sts:AssumeRole on it"
  AWS_ACCESS_KEY_ID=$(jq -r .Credentials.AccessKeyId <<<"$session")
  AWS_SECRET_ACCESS_KEY=$(jq -r .Credentials.SecretAccessKey <<<"$session")
  AWS_SESSION_TOKEN=$(jq -r .Credentials.SessionToken <<<"$session")
  # A profile stays set, because it may hold the region. The AWS CLI prefers keys in the environment to the profile's.
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
}

# Prints the user's tasks, one JSON object a line. The index lags behind, so a task may have become a tombstone, without a user.
records() {
  tasks_of by_user query --key-condition-expression 'user_id = :user' \
    --expression-attribute-values "$(jq -n --arg user "$1" '{":user": {S: $user}}')" |
    jq -c --arg user "$1" 'select(.user_id == $user)'
}

# Prints every possible key of the user's budget counters: no index has them, and they are kept for some days.
counter_keys() {
  rules 'range(-1; $rules[0].budget_days + 3) | "budget#" + (now - . * 86400 | strftime("%Y-%m-%d")) + "#" + $user' \
    -rn --arg user "$1"
}

counters() {
  local request
  request=$(counter_keys "$1" | jq -Rn --arg table "$TASKS_TABLE" \
    '{RequestItems: {($table): {Keys: [inputs | {task_id: {S: .}}], ProjectionExpression: "task_id"}}}')
  aws dynamodb batch-get-item --cli-input-json "$request" | jq -er --arg table "$TASKS_TABLE" \
    'if (.UnprocessedKeys // {}) == {} then .Responses[$table] | length else error("the table is too busy") end' ||
    die "cannot read the table $TASKS_TABLE"
}

# Prints the user's folders in the bucket. Images come before previews, which are made from them.
folders() {
  printf '%s/\n' "images/$1" "previews/images/$1" "uploads/$1"
}

# Prints Enabled or Suspended, or nothing if the bucket never kept versions.
versioning() {
  local answer
  answer=$(aws s3api get-bucket-versioning --bucket "$IMAGES_BUCKET") || die "cannot read the bucket $IMAGES_BUCKET"
  jq -r '.Status // ""' <<<"${answer:-"{}"}"
}

# objects VERSIONING PREFIX: prints the first thousand objects or versions as an array of {Key, VersionId?, Size?}.
objects() {
  if [ -z "$1" ]; then
    aws s3api list-objects-v2 --bucket "$IMAGES_BUCKET" --prefix "$2" --no-paginate --max-keys 1000 |
      jq -s '[.[0].Contents[]? | {Key, Size}]'
  else
    aws s3api list-object-versions --bucket "$IMAGES_BUCKET" --prefix "$2" --no-paginate --max-keys 1000 |
      jq -s '[.[0] | .Versions[]?, .DeleteMarkers[]? | {Key, VersionId, Size: (.Size // 0)}]'
  fi || die "cannot list the bucket $IMAGES_BUCKET"
}

show_user() {
  local found count folder versioning
  found=$(records "$1") || exit
  count=$(counters "$1") || exit
  versioning=$(versioning) || exit
  rules '[inputs] | map(select(.state == "deleting")) as $gone | "Tasks: \(length - ($gone | length)), "
    + "\(map(select(is_open)) | length) of them open. Being deleted already: \($gone | length)."' -rn <<<"$found"
  say "Budget counters: $count."
  for folder in $(folders "$2"); do
    objects "$versioning" "$folder" | jq -r --arg kind "${folder%%/*}" '(if length < 1000 then "" else "at least " end) as $least
      | "Objects under \($kind): \($least)\(length), \($least)\(map(.Size) | add // 0) bytes."' || exit
  done
}

# transact REQUEST: makes a transaction, and repeats it while workers write the same items. Returns 1 if an item has changed
# since it was read.
transact() {
  local error
  for _ in 1 2 3 4 5 6 7 8; do
    error=$(aws dynamodb transact-write-items --cli-input-json "$1" 2>&1 >/dev/null) && return 0
    case $error in
      *ConditionalCheckFailed*) return 1 ;;
      *TransactionConflict* | *TransactionInProgress*) sleep 1 ;;
      *) break ;;
    esac
  done
  die "the table $TASKS_TABLE refused a deletion: $error"
}

# chunks FILTER [JQ ARGUMENT...]: turns the lines on standard input into requests of 25 actions each, one a line.
chunks() {
  local filter=$1
  shift
  rules "def chunks: if length > 0 then .[:25], (.[25:] | chunks) else empty end; [inputs] | chunks | {TransactItems: map($filter)}" \
    -nc --arg table "$TASKS_TABLE" "$@"
}

# Adds to each task from read_items the hash that identifies its request (Deleting.requestHash).
with_hashes() {
  local item
  while IFS= read -r item; do
    jq -c --arg hash "$(jq -j '"\(.task_id)\n\(.request)\n\(.callback_url // "")"' <<<"$item" |
      { sha256sum 2>/dev/null || shasum -a 256; } | cut -c 1-64)" '{task_id, user_id, created_at, hash: $hash}' <<<"$item"
  done
}

# read_items: prints the whole items of the task ids on standard input.
read_items() {
  local lines request answer
  # An item can have more than 100 KB, and an answer at most 16 MB.
  while read_lines 25; do
    request=$(jq -nc --arg table "$TASKS_TABLE" '{($table): {ConsistentRead: true, Keys: ($ARGS.positional | map({task_id: {S: .}}))}}' \
      --args "${lines[@]}")
    answer=$(aws dynamodb batch-get-item --request-items "$request") || die "cannot read the table $TASKS_TABLE"
    rules '.Responses[$table][]? | plain' -c --arg table "$TASKS_TABLE" <<<"$answer"
  done
}

delete_records() {
  local left requests request now gone=0
  now=$(now_millis)
  # The index lags behind the table, and workers may write meanwhile: this repeats until the index has nothing to delete.
  for _ in 1 2 3 4 5 6; do
    left=$(records "$1") || exit
    left=$(jq -r 'select(.state != "deleting") | .task_id' <<<"$left")
    [ -n "$left" ] || break
    requests=$(read_items <<<"$left" | with_hashes | chunks '. as $seen | {Update: request("delete_with_user"; $table; $seen.task_id; {
        now: "\($now)", overdue_at: "\($now + $rules[0].grace_millis)", shard: "\($seen.task_id | shard)", author: "operator-\($now)",
        request_hash: $seen.hash, seen_user: $seen.user_id, seen_created_at: "\($seen.created_at)"})}' --argjson now "$now") || exit
    while IFS= read -r request; do
      # Empty if all have been deleted meanwhile.
      [ -n "$request" ] && transact "$request" && gone=$((gone + $(jq '.TransactItems | length' <<<"$request")))
    done <<<"$requests"
    sleep 1
  done
  [ -z "$left" ] || die "the user keeps creating tasks: take the user's access away, then run this again"
  requests=$(counter_keys "$1" | jq -Rc . | chunks '{Delete: {TableName: $table, Key: {task_id: {S: .}}}}') || exit
  while IFS= read -r request; do
    transact "$request" || exit
  done <<<"$requests"
  say "Deleted: $gone tasks, and the budget counters."
}

delete_objects() {
  local folder found errors versioning gone=0
  versioning=$(versioning) || exit
  for folder in $(folders "$1"); do
    while :; do
      found=$(objects "$versioning" "$folder") || exit
      [ "$(jq length <<<"$found")" -gt 0 ] || break
      errors=$(jq '{Quiet: true, Objects: map(del(.Size))}' <<<"$found" |
        aws s3api delete-objects --bucket "$IMAGES_BUCKET" --delete file:///dev/stdin) ||
        die "cannot delete from the bucket $IMAGES_BUCKET"
      [ "$(jq -r '.Errors // [] | length' <<<"${errors:-"{}"}")" = 0 ] ||
        die "not every object could be deleted: $(jq -c '[.Errors[].Code] | unique' <<<"$errors"); run this again"
      gone=$((gone + $(jq length <<<"$found")))
    done
  done
  say "Deleted: $gone objects."
}

none_left() {
  local found count
  found=$(records "$1") || exit
  count=$(counters "$1") || exit
  [ -z "$(jq -r 'select(.state != "deleting") | .task_id' <<<"$found")" ] && [ "$count" = 0 ] ||
    die "the user has submitted or uploaded since: take the user's access away, then run this again"
  [ -z "$found" ] ||
    die "SettleFunction has not removed $(grep -c . <<<"$found") tasks for the last time yet: run this again in ten minutes"
}
