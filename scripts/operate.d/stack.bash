# Functions that all commands share: names in the stack, messages, checks of arguments.

stack=${DARKROOM_STACK:-darkroom}
resources=''
description=''

# The script parses the output of aws, so the user's own output settings must not apply.
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
    command -v "$program" >/dev/null || die "$program is not installed; this command needs it"
  done
}

# rules FILTER [JQ ARGUMENT...]: runs jq with the functions of task.jq and with writes.json as $rules.
rules() {
  local filter=$1
  shift
  # jq's modules cannot see $rules, so task.jq is part of the filter.
  jq --slurpfile rules "$here/writes.json" "$@" "$(<"$here/task.jq") $filter"
}

# read_lines COUNT: reads up to so many lines from standard input into the array lines; fails at the end. macOS's bash has no mapfile.
read_lines() {
  local line
  lines=()
  while [ ${#lines[@]} -lt "$1" ] && IFS= read -r line; do
    lines+=("$line")
  done
  [ ${#lines[@]} -gt 0 ]
}

# Prints the time in milliseconds since 1970.
now_millis() {
  jq -n 'now * 1000 | floor'
}

# clock SECONDS: prints a time in UTC.
clock() {
  jq -rn --argjson at "$1" '$at | floor | todate'
}

# physical LOGICAL_ID: prints the AWS name of a resource of the stack. Call load_resources before.
physical() {
  jq -er --arg id "$1" '.StackResourceSummaries[] | select(.LogicalResourceId == $id) | .PhysicalResourceId' \
    <<<"$resources" || die "the stack $stack has no resource $1: deploy this version of Darkroom first, or name another stack with --stack"
}

load_resources() {
  if [ -z "$resources" ]; then
    resources=$(aws cloudformation list-stack-resources --stack-name "$stack") || die "cannot read the stack $stack"
  fi
}

load_description() {
  description=$(aws cloudformation describe-stacks --stack-name "$stack") || die "cannot read the stack $stack"
}

# settle_on VARIABLE LOGICAL_ID: sets the variable to the resource's name, unless the environment has a value.
settle_on() {
  local name
  if [ -z "${!1:-}" ]; then
    load_resources
    name=$(physical "$2") || exit 1
    printf -v "$1" '%s' "$name"
  fi
  export "${1?}"
}

# parameter NAME: prints the value of a parameter of the stack. Call load_description before.
parameter() {
  jq -er --arg name "$1" '.Stacks[0].Parameters[]? | select(.ParameterKey == $name) | .ParameterValue' \
    <<<"$description" || die "the stack $stack has no parameter $1: deploy this version of Darkroom first"
}

# output NAME: prints an output of the stack. Call load_description before.
output() {
  jq -er --arg name "$1" '.Stacks[0].Outputs[]? | select(.OutputKey == $name) | .OutputValue' \
    <<<"$description" || die "the stack $stack has no output $1: deploy this version of Darkroom first"
}

is_task_id() {
  [[ $1 =~ ^task-[A-Za-z0-9_-]{16,64}$ ]]
}

is_user_id() {
  local bytes
  bytes=$(printf '%s' "$1" | wc -c)
  [ "$bytes" -ge 1 ] && [ "$bytes" -le 255 ]
}
