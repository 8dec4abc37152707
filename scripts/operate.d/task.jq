# Describes a task's item in words.

# DynamoDB's typed attributes as plain values.
def plain: map_values(if has("S") then .S elif has("N") then (.N | tonumber) else . end);

# Formats milliseconds since 1970 as a time in UTC.
def at: if . == null then "-" else . / 1000 | floor | todate end;

# The same as Due.shard in Java.
def shard: explode | reduce .[] as $next (0; (. * 31 + $next) % $rules[0].shards);

def is_open: .state as $state | $rules[0].open_states | index($state) != null;

def is_gone: .state == "deleting" or .state == "deleted";

def is_held($now): .lease_until != null and .lease_until > $now;

# Whether a worker has been woken, or is at work.
def being_looked_at: .state == "due" or .state == "settling";

def is_overdue($now): .due_at != null and .due_at <= $now and (is_held($now) | not);

def is_expired($now): .expires_at != null and .expires_at * 1000 <= $now;

def callback_next($now):
  if .callback_status == null then
    "No work is left. The record expires at \((.expires_at // 0) * 1000 | at)."
  elif .callback_status == "delivered" then
    "No work is left: the callback was delivered. The record expires at \((.expires_at // 0) * 1000 | at)."
  elif .callback_status == "failed" then
    "No work is left: the callback could not be delivered (send-callback tries again). "
    + "The record expires at \((.expires_at // 0) * 1000 | at)."
  elif is_overdue($now) then
    "The callback has been overdue since \(.due_at | at): the sweep wakes NotifyFunction within a minute."
  elif .callback_status == "due" then
    "NotifyFunction sends the callback within seconds; otherwise the sweep wakes it at \(.due_at | at)."
  elif .callback_status == "sending" then
    "NotifyFunction is sending the callback; its lease ends at \(.lease_until | at)."
  else
    "NotifyFunction tries the callback again at \(.due_at | at)."
  end;

def next_step($now):
  if is_expired($now) then "Past its retention: invisible to every reader. DynamoDB removes it."
  elif .state == "deleted" then
    "Deleted: only this tombstone is left. It expires at \((.expires_at // 0) * 1000 | at)."
  elif .state == "deleting" then
    "Deleted: invisible to every reader. SettleFunction removes its objects again from \(.due_at | at) on, then leaves a tombstone."
  elif (is_open | not) then callback_next($now)
  elif .due_at == null then "No worker will look at it: it is open and has no due_at, so it was edited by hand."
  elif is_overdue($now) then "Overdue since \(.due_at | at): the sweep wakes SettleFunction within a minute."
  elif .state == "submitting" then
    "Waits for APIDot's answer or webhook. Without them, SettleFunction looks at it from \(.due_at | at) on. Without an upstream id it fails at the submit deadline."
  elif .state == "accepted" then "Waits for APIDot's webhook. Without one, SettleFunction looks at it from \(.due_at | at) on."
  elif .state == "due" then
    "Waits for SettleFunction, which the stream wakes within seconds. Otherwise the sweep wakes it again at \(.due_at | at)."
  else "A worker holds it. Its lease ends at \(.lease_until | at); the sweep then makes it due again."
  end;

# Leaves out the prompt, URLs and the report.
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
    ["reported", (if .report then "yes, a webhook reported its end" else "no" end)],
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

# What settle does with a task: one word, followed by details.
def settling($now; $submit_millis):
  if (is_open | not) then "ended \(.state)"
  elif .due_at == null then "broken"
  elif .state == "settling" and is_held($now) then "held \(.lease_until | at)"
  # A submit that is still running removes its task if APIDot refuses it. It could not do so after a wake.
  elif .state == "submitting" and .created_at + $submit_millis > $now then "submitting"
  else "wake \(.state) \(.version)"
  end;

# What send-callback does with a task.
def sending_again($now):
  if is_open then "open"
  elif is_expired($now) then "expired"
  elif is_gone then "deleted"
  elif .callback_url == null then "none"
  elif .callback_status == "due" then "due"
  elif .callback_status == "sending" then "sending \(.lease_until | at)"
  else "send"
  end;

# Returns an UpdateItem request: one of the rules' writes with its values filled in.
def request($name; $table; $task; $values):
  $rules[0][$name]
  | .ExpressionAttributeValues |= map_values(map_values(
      if startswith("$") then .[1:] as $place | ($values | has($place)) as $known
        | if $known then $values[$place] else error("no value for " + $place) end
      else . end))
  | . + {TableName: $table, Key: {task_id: {S: $task}}};
