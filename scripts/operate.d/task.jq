# What a task's item says, in words.

# DynamoDB's typed attributes as plain values.
def plain: map_values(if has("S") then .S elif has("N") then (.N | tonumber) else . end);

# Milliseconds since 1970 as a time.
def at: if . == null then "-" else . / 1000 | floor | todate end;

# See TaskId, Due.shard.
def shard: explode | reduce .[] as $next (0; (. * 31 + $next) % $rules[0].shards);

def is_open: .state as $state | $rules[0].open_states | index($state) != null;

def is_gone: .state == "deleting" or .state == "deleted";

def is_held($now): .lease_until != null and .lease_until > $now;

# Whether a worker is asked for, or at work.
def being_looked_at: .state == "due" or .state == "settling";

def is_overdue($now): .due_at != null and .due_at <= $now and (is_held($now) | not);

def is_expired($now): .expires_at != null and .expires_at * 1000 <= $now;

def callback_next($now):
  if .callback_status == null then
    "Nothing is left to do. The record goes after \((.expires_at // 0) * 1000 | at)."
  elif .callback_status == "delivered" then
    "Nothing is left to do: the client was told. The record goes after \((.expires_at // 0) * 1000 | at)."
  elif .callback_status == "failed" then
    "Nothing is left to do: the client could not be told (send-callback tries again). "
    + "The record goes after \((.expires_at // 0) * 1000 | at)."
  elif is_overdue($now) then
    "The client's callback is overdue since \(.due_at | at): the sweep wakes NotifyFunction within a minute."
  elif .callback_status == "due" then
    "NotifyFunction sends the client's callback within seconds; if it does not, the sweep wakes it at \(.due_at | at)."
  elif .callback_status == "sending" then
    "NotifyFunction is sending the client's callback; it holds it until \(.lease_until | at) at most."
  else
    "The client's callback is tried again at \(.due_at | at)."
  end;

def next_step($now):
  if is_expired($now) then "Past its retention: gone for every reader; DynamoDB removes it."
  elif .state == "deleted" then
    "Deleted: a tombstone, which goes after \((.expires_at // 0) * 1000 | at). Nothing else is left."
  elif .state == "deleting" then
    "Deleted: gone for every reader. SettleFunction removes its objects again from \(.due_at | at) on, then leaves a tombstone."
  elif (is_open | not) then callback_next($now)
  elif .due_at == null then "Nobody will look: it is open and has no due_at, so it was edited by hand."
  elif is_overdue($now) then "Overdue since \(.due_at | at): the sweep makes it due within a minute."
  elif .state == "submitting" then
    "Waits for APIDot's answer or its webhook, and is looked at from \(.due_at | at) on. Without an upstream id it fails at the submit deadline."
  elif .state == "accepted" then "Waits for APIDot's webhook. Without one, it is looked at from \(.due_at | at) on."
  elif .state == "due" then
    "Waits for SettleFunction, which the stream wakes within seconds. If none claims it, the sweep wakes it again at \(.due_at | at)."
  else "A worker holds it until \(.lease_until | at) at most; then the sweep makes it due again."
  end;

# Never the prompt, a URL or the report.
def described($now):
  [
    ["task", .task_id],
    ["user", (.user_id // "-")],
    ["state", .state],
    ["next", next_step($now)],
    ["created", (.created_at | at)],
    ["updated", (.updated_at | at)],
    ["due", (.due_at | at) + (if .lease_until then ", held until \(.lease_until | at)" else "" end)],
    ["looks upstream", "\(.attempts // 0)" + (if .unusable_looks then ", \(.unusable_looks) of them found unusable files" else "" end)],
    ["claimed", (if .claim_id then "by \(.claim_id)" else "no" end)],
    ["upstream task", (.upstream_task_id // "not known")
      + (if .upstream_from then ", named by a \(.upstream_from) at \(.upstream_at | at)" else "" end)],
    ["upstream status", (.upstream_status // "not known") + (if .progress then ", \(.progress) %" else "" end)],
    ["reported", (if .report then "yes, a webhook said that it ended" else "no" end)],
    ["model", "\(.model // "-"), \(.resolution // "-"), \(.credits // 0) credits"]
      + (if .budget_day then ["counted on \(.budget_day)"] else [] end),
    ["files", (if .files then (.files | fromjson | "\(length), \(map(.bytes) | add // 0) bytes") else "none" end)],
    ["error", (if .error_type then "\(.error_type): \(.error_message // "-")" else "none" end)],
    ["callback", (if .callback_url == null then "none asked for"
      else "\(.callback_status // "not yet"), \(.callback_attempts // 0) attempts"
        + (if .callback_attempted_at then ", the last at \(.callback_attempted_at | at): \(.callback_result // "not known yet")" else "" end)
      end)]
  ]
  | .[] | .[0] as $name | (.[1:] | join(", ")) as $value
  | ($name + ":" + (" " * (17 - ($name | length)))) + $value;

# A line of a list.
def line: [.task_id, .state, .callback_status // "-", (.created_at | at), (.due_at | at)] | @tsv;

# What settle does about a task: one word, then what it is about.
def settling($now; $submit_millis):
  if (is_open | not) then "ended \(.state)"
  elif .due_at == null then "broken"
  elif .state == "settling" and is_held($now) then "held \(.lease_until | at)"
  # Taken from its submit now, a task whose request is then refused could not be removed by it.
  elif .state == "submitting" and .created_at + $submit_millis > $now then "submitting"
  else "wake \(.state) \(.version)"
  end;

# What send-callback does about a task.
def sending_again($now):
  if is_open then "open"
  elif is_expired($now) then "expired"
  elif is_gone then "deleted"
  elif .callback_url == null then "none"
  elif .callback_status == "due" then "due"
  elif .callback_status == "sending" then "sending \(.lease_until | at)"
  else "send"
  end;

# An UpdateItem request: a write of the rules with its values in their places.
def request($name; $table; $task; $values):
  $rules[0][$name]
  | .ExpressionAttributeValues |= map_values(map_values(
      if startswith("$") then .[1:] as $place | ($values | has($place)) as $known
        | if $known then $values[$place] else error("no value for " + $place) end
      else . end))
  | . + {TableName: $table, Key: {task_id: {S: $task}}};
