# Changing one parameter of the deployed stack, all others and the template as they are; and what the functions then have.

# How long a deployment may take: gradual ones take their time.
deployment_seconds=5400

stack_status() {
  jq -r '.Stacks[0].StackStatus' <<<"$description"
}

# Waits until nobody is changing the stack; leaves its description.
await_stack() {
  local since=$SECONDS told=''
  load_description
  while [[ $(stack_status) == *_IN_PROGRESS ]]; do
    [ -n "$told" ] || say "The stack $stack is $(stack_status); waiting until it is done."
    told=1
    [ $((SECONDS - since)) -lt "$deployment_seconds" ] || die "the stack $stack is still $(stack_status); run this again later"
    sleep 10
    load_description
  done
}

# update_parameter NAME VALUE: one update of the stack, to its end, after await_stack. Its effect is for the caller to check.
update_parameter() {
  local request error
  parameter "$1" >/dev/null || exit 1
  request=$(jq --arg name "$1" --arg value "$2" '{
      StackName: .Stacks[0].StackName, UsePreviousTemplate: true,
      Capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
      Parameters: [.Stacks[0].Parameters[] | if .ParameterKey == $name
        then {ParameterKey, ParameterValue: $value} else {ParameterKey, UsePreviousValue: true} end]}' <<<"$description")
  if ! error=$(aws cloudformation update-stack --cli-input-json "$request" 2>&1 >/dev/null); then
    case $error in
      *"No updates are to be performed"*) return 0 ;;
      *) die "the stack $stack could not be updated: $error" ;;
    esac
  fi
  say "Deploying the stack $stack with $1=$2."
  await_stack
  [ "$(stack_status)" = UPDATE_COMPLETE ] ||
    die "the deployment did not succeed, the stack $stack is $(stack_status): see its events, then run this again"
}

# live FUNCTION SETTING: what the function that is called now has as a setting, which may be a secret: for comparing only.
live() {
  local name
  name=$(physical "$1") || exit 1
  aws lambda get-function-configuration --function-name "$name" --qualifier live |
    jq -r --arg setting "$2" '.Environment.Variables[$setting] // ""' || die "cannot read the configuration of $1"
}

# is_live TEXT SETTING FUNCTION...: whether all these functions have this text.
is_live() {
  local text=$1 setting=$2 function has
  shift 2
  for function; do
    has=$(live "$function" "$setting") || exit 1
    [ "$has" = "$text" ] || return 1
  done
}

# make_live TEXT SETTING FUNCTION...: has the functions read their secrets again, unless they have this text already; says in
# deployed whether that took a deployment. After await_stack.
make_live() {
  deployed=''
  if is_live "$@"; then
    return 0
  fi
  update_parameter SecretsRevision "$(date -u +%Y%m%d%H%M%S)"
  deployed=1
  is_live "$@" ||
    die "the deployment is done, but $3 does not have the new $2: deploy again with sam deploy and another SecretsRevision"
}

command_submits() {
  [ $# -le 1 ] || misuse "submits takes one word"
  local wanted
  case ${1:-} in
    "") wanted='' ;;
    stop) wanted=false ;;
    resume) wanted=true ;;
    *) misuse "submits takes stop or resume" ;;
  esac
  load_resources
  await_stack
  if [ -n "$wanted" ]; then
    if is_live "$wanted" ACCEPT_SUBMITS SubmitFunction && [ "$(parameter AcceptSubmits)" = "$wanted" ]; then
      say "Nothing to change."
    else
      update_parameter AcceptSubmits "$wanted"
    fi
    is_live "$wanted" ACCEPT_SUBMITS SubmitFunction ||
      die "the deployment is done, but SubmitFunction goes on as before: deploy with sam deploy and AcceptSubmits=$wanted"
  fi
  case $(live SubmitFunction ACCEPT_SUBMITS) in
    true) say "New submits are taken." ;;
    false) say "New submits get 503; accepted tasks go on to their end." ;;
    *) die "SubmitFunction has no ACCEPT_SUBMITS" ;;
  esac
}
