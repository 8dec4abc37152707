# Where things are, and what every command shares.

stack=${DARKROOM_STACK:-darkroom}
resources=''
description=''

# A script reads what aws prints, whatever its user's own settings are.
export AWS_PAGER='' AWS_DEFAULT_OUTPUT=json AWS_CLI_AUTO_PROMPT=off AWS_RETRY_MODE=${AWS_RETRY_MODE:-standard}

say() {
  printf '%s\n' "$*"
}

die() {
  printf 'operate: %s\n' "$*" >&2
  exit 1
}

misuse() {
  printf 'operate: %s; see scripts/operate --help\n' "$*" >&2
  exit 2
}

need() {
  local program
  for program; do
    command -v "$program" >/dev/null || die "needs $program, which is not installed"
  done
}

# rules FILTER [JQ ARGUMENT...]: jq with the functions of task.jq and, as $rules, the writes of the rules.
rules() {
  local filter=$1
  shift
  # Not as a module of jq's: those do not see $rules.
  jq --slurpfile rules "$here/writes.json" "$@" "$(<"$here/task.jq") $filter"
}

# The time in milliseconds since 1970.
now_millis() {
  jq -n 'now * 1000 | floor'
}

# clock SECONDS: a time that a person can read.
clock() {
  jq -rn --argjson at "$1" '$at | floor | todate'
}

# physical LOGICAL_ID: the name that a resource of the stack has in AWS. After load_resources.
physical() {
  jq -er --arg id "$1" '.StackResourceSummaries[] | select(.LogicalResourceId == $id) | .PhysicalResourceId' \
    <<<"$resources" || die "the stack $stack has no $1"
}

load_resources() {
  if [ -z "$resources" ]; then
    resources=$(aws cloudformation list-stack-resources --stack-name "$stack") || die "cannot read the stack $stack"
  fi
}

load_description() {
  description=$(aws cloudformation describe-stacks --stack-name "$stack") || die "cannot read the stack $stack"
}

# settle_on VARIABLE LOGICAL_ID: the variable holds what the environment says, else the resource's name.
settle_on() {
  local name
  if [ -z "${!1:-}" ]; then
    load_resources
    name=$(physical "$2") || exit 1
    printf -v "$1" '%s' "$name"
  fi
  export "${1?}"
}

# parameter NAME: the value that the stack has. After load_description.
parameter() {
  jq -er --arg name "$1" '.Stacks[0].Parameters[]? | select(.ParameterKey == $name) | .ParameterValue' \
    <<<"$description" || die "the stack $stack has no parameter $1: deploy this version of Darkroom first"
}

# output NAME: an output of the stack. After load_description.
output() {
  jq -er --arg name "$1" '.Stacks[0].Outputs[]? | select(.OutputKey == $name) | .OutputValue' \
    <<<"$description" || die "the stack $stack has no output $1"
}

is_task_id() {
  [[ $1 =~ ^task-[A-Za-z0-9_-]{16,64}$ ]]
}

is_user_id() {
  local bytes
  bytes=$(printf '%s' "$1" | wc -c)
  [ "$bytes" -ge 1 ] && [ "$bytes" -le 255 ]
}
