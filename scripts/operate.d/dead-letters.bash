# Dead letters hold positions in the table's stream, not the work itself. The work is in the table, and is woken there.

command_dead_letters() {
  local redrive='' raw='' word
  for word; do
    case $word in
      --redrive) redrive=1 ;;
      --raw) raw=1 ;;
      *) misuse "dead-letters takes --raw or --redrive, not $word" ;;
    esac
  done
  [ -z "$redrive" ] || [ -z "$raw" ] || misuse "dead-letters takes either --raw or --redrive"
  settle_on DEAD_RECORDS_URL DeadRecords
  if [ -z "$redrive" ]; then
    show_letters "$raw"
    [ -n "$raw" ] || show_waiting
    return
  fi
  settle_on TASKS_TABLE TasksTable
  redrive
}

# Prints up to fifty messages, one JSON object a line. They become visible in the queue again after half a minute.
some_letters() {
  local batch
  for _ in 1 2 3 4 5; do
    batch=$(aws sqs receive-message --queue-url "$DEAD_RECORDS_URL" --max-number-of-messages 10 \
      --visibility-timeout 30 --attribute-names SentTimestamp) || die "cannot read the queue $DEAD_RECORDS_URL"
    [ -n "$batch" ] || return 0
    jq -c '.Messages[]? | {id: .MessageId, sent: (.Attributes.SentTimestamp | tonumber), text: .Body,
        body: (.Body | try fromjson catch null)}' <<<"$batch"
  done
}

letters_count() {
  aws sqs get-queue-attributes --queue-url "$DEAD_RECORDS_URL" \
    --attribute-names ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible |
    jq -er '.Attributes | map(tonumber) | add' || die "cannot read the queue $DEAD_RECORDS_URL"
}

show_letters() {
  local count letters
  count=$(letters_count) || exit
  letters=$(some_letters) || exit
  if [ -n "$1" ]; then
    jq -s 'unique_by(.id)[] | .body // .text' <<<"$letters"
    return
  fi
  say "Dead letters: about $count."
  rules '[., inputs] | unique_by(.id) | group_by([.body.requestContext.functionArn, .body.requestContext.condition])[]
      | "  \(length) of \(.[0].body.requestContext.functionArn // "unknown origin" | sub("^arn:.*:function:"; "")
        | sub(":.*"; "")), \(.[0].body.requestContext.condition // "no condition"), "
      + "\(map(.body.DDBStreamBatchInfo.batchSize // 0) | add) records, "
      + "from \(map(.sent) | min | at) to \(map(.sent) | max | at)"' -r <<<"$letters"
}

show_waiting() {
  local found
  settle_on TASKS_TABLE TasksTable
  found=$(tasks_of due scan) || exit
  rules "[inputs] | $unclaimed as \$waiting
      | \"Tasks with something left to do: \(length). Unclaimed or overdue, so woken by a redrive: \(\$waiting | length).\"" \
    -rn --argjson now "$(now_millis)" <<<"$found"
}

# A filter for tasks with work left: selects those that no worker holds although one should.
# shellcheck disable=SC2016
unclaimed='[.[] | select(is_overdue($now) or .callback_status == "due" or .state == "due" or .state == "deleting")]'

redrive() {
  local found results=''
  found=$(tasks_of due scan) || exit
  found=$(rules "[inputs] | ${unclaimed}[] | \"\(.task_id) \(.state) \(.version)\"" -rn \
    --argjson now "$(now_millis)" <<<"$found") || exit
  if [ -n "$found" ]; then
    # Eight processes at a time. A write that fails stops the redrive before the queue is purged.
    results=$(xargs -P 8 -L 1 "$here/../operate" wake-as-seen <<<"$found") ||
      die "some tasks could not be woken, so the dead letters were kept; run this again"
  fi
  say "Woken: $(grep -c '^woken$' <<<"$results"). Taken care of by others meanwhile: $(grep -c '^overtaken$' <<<"$results")."
  aws sqs purge-queue --queue-url "$DEAD_RECORDS_URL" ||
    die "the tasks are woken, but the queue was not purged; it can be purged once a minute, so run this again then"
  say "The dead letters are purged."
}
