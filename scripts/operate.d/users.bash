# Deleting what there is of a user. First the records, so that no worker begins anything more and every late write is refused;
# then the images; and the images once more when the last worker that was at work has ended.

command_delete_user() {
  local yes='' user='' word
  for word; do
    case $word in
      --yes) yes=1 ;;
      --*) misuse "delete-user knows no $word" ;;
      *) [ -z "$user" ] && user=$word || misuse "delete-user takes one user" ;;
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
  local prefix
  prefix=images/$(printf '%s' "$user" | base64 | tr -d '=\n' | tr '+/' '-_')/
  if [ -z "$yes" ]; then
    (in_clean_up_role && show_user "$user" "$prefix") || exit 1
    say "Nothing was changed. delete-user with --yes deletes all of it."
    return
  fi
  (in_clean_up_role && delete_records "$user" && delete_images "$prefix") || exit 1
  local lease
  lease=$(rules '$rules[0].lease_millis / 1000' -n)
  say "Waiting $lease seconds: until then a worker may still store an image that it began to copy."
  sleep "$lease"
  # The role's session may be over by now.
  (in_clean_up_role && delete_images "$prefix" && none_left "$user") || exit 1
  say "Nothing is left of the user in the table and the bucket."
}

# Nobody but this role may list or delete images. A subshell's environment: the caller keeps its own credentials.
in_clean_up_role() {
  local session
  [ -n "$CLEAN_UP_ROLE_ARN" ] || return 0
  session=$(aws sts assume-role --role-arn "$CLEAN_UP_ROLE_ARN" --role-session-name darkroom-delete-user) ||
    die "cannot take the role $CLEAN_UP_ROLE_ARN; whoever runs this needs sts:AssumeRole on it"
  AWS_ACCESS_KEY_ID=$(jq -r .Credentials.AccessKeyId <<<"$session")
  AWS_SECRET_ACCESS_KEY=$(jq -r .Credentials.SecretAccessKey <<<"$session")
  AWS_SESSION_TOKEN=$(jq -r .Credentials.SessionToken <<<"$session")
  # A profile in the environment stays, since it may hold the region; the AWS CLI takes keys in the environment before its keys.
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
}

# The user's tasks, one JSON object a line.
records() {
  tasks_of by_user query --key-condition-expression 'user_id = :user' \
    --expression-attribute-values "$(jq -n --arg user "$1" '{":user": {S: $user}}')"
}

# Every key that a budget counter of the user can have: no index shows them, and they outlive their day by so much.
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

# The first thousand objects under the prefix, with every version that there is: {Key, VersionId?, Size?} in an array.
images() {
  local versions
  versions=$(aws s3api get-bucket-versioning --bucket "$IMAGES_BUCKET") || die "cannot read the bucket $IMAGES_BUCKET"
  if [ "$(jq -r '.Status // ""' <<<"${versions:-"{}"}")" = "" ]; then
    aws s3api list-objects-v2 --bucket "$IMAGES_BUCKET" --prefix "$1" --no-paginate --max-keys 1000 |
      jq -s '[.[0].Contents[]? | {Key, Size}]'
  else
    aws s3api list-object-versions --bucket "$IMAGES_BUCKET" --prefix "$1" --no-paginate --max-keys 1000 |
      jq -s '[.[0] | .Versions[]?, .DeleteMarkers[]? | {Key, VersionId, Size: (.Size // 0)}]'
  fi || die "cannot list the bucket $IMAGES_BUCKET"
}

show_user() {
  local found count objects
  found=$(records "$1") || exit
  count=$(counters "$1") || exit
  objects=$(images "$2") || exit
  rules '[inputs] | "Tasks: \(length), \(map(select(is_open)) | length) of them open." ' -rn <<<"$found"
  say "Budget counters: $count."
  jq -r '(if length < 1000 then "" else "at least " end) as $least
    | "Images: \($least)\(length), \($least)\(map(.Size) | add // 0) bytes."' <<<"$objects"
}

# transact REQUEST: a transaction of deletions, repeated while workers are writing the same items.
transact() {
  local error
  for _ in 1 2 3 4 5 6 7 8; do
    error=$(aws dynamodb transact-write-items --cli-input-json "$1" 2>&1 >/dev/null) && return 0
    case $error in
      *ConditionalCheckFailed*) break ;;
      *TransactionConflict* | *TransactionInProgress*) sleep 1 ;;
      *) break ;;
    esac
  done
  die "the table $TASKS_TABLE took no deletion: $error"
}

# deletions CONDITION VALUES: the keys on standard input as transactions of 25, one a line.
deletions() {
  jq -Rnc --arg table "$TASKS_TABLE" --argjson more "$1" 'def chunks: if length > 0 then .[:25], (.[25:] | chunks) else empty end;
    [inputs] | chunks
    | {TransactItems: map({Delete: ({TableName: $table, Key: {task_id: {S: .}}} + $more)})}'
}

delete_records() {
  local found requests request gone=0 more
  # The index is a moment behind the table, so it is asked until it shows nothing.
  for _ in 1 2 3 4 5 6; do
    found=$(records "$1") || exit
    [ -n "$found" ] || break
    more=$(jq -n --arg user "$1" '{ConditionExpression: "attribute_not_exists(task_id) OR user_id = :user",
      ExpressionAttributeValues: {":user": {S: $user}}}')
    requests=$(jq -r .task_id <<<"$found" | deletions "$more")
    while IFS= read -r request; do
      transact "$request" || exit
    done <<<"$requests"
    gone=$((gone + $(grep -c . <<<"$found")))
    sleep 1
  done
  [ -z "$found" ] || die "the user's tasks do not become fewer: take the user's access away, then run this again"
  requests=$(counter_keys "$1" | deletions '{}')
  while IFS= read -r request; do
    transact "$request" || exit
  done <<<"$requests"
  say "Deleted: $gone tasks, and the budget counters."
}

delete_images() {
  local objects errors gone=0
  while :; do
    objects=$(images "$1") || exit
    [ "$(jq length <<<"$objects")" -gt 0 ] || break
    errors=$(jq '{Quiet: true, Objects: map(del(.Size))}' <<<"$objects" |
      aws s3api delete-objects --bucket "$IMAGES_BUCKET" --delete file:///dev/stdin) ||
      die "cannot delete from the bucket $IMAGES_BUCKET"
    [ "$(jq -r '.Errors // [] | length' <<<"${errors:-"{}"}")" = 0 ] ||
      die "not every image could be deleted: $(jq -c '[.Errors[].Code] | unique' <<<"$errors"); run this again"
    gone=$((gone + $(jq length <<<"$objects")))
  done
  say "Deleted: $gone images."
}

none_left() {
  local found
  found=$(records "$1") || exit
  [ -z "$found" ] || die "the user has submitted meanwhile: take the user's access away, then run this again"
}
