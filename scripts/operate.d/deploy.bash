# Changes one parameter of the deployed stack and keeps the others and the template. Reads the functions' live settings.

# The longest wait for a deployment, in seconds.
deployment_seconds=5400

stack_status() {
  jq -r '.Stacks[0].StackStatus' <<<"$description"
}

# Waits until no change of the stack is running, and loads its description.
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

# update_parameter NAME VALUE: updates the stack and waits for the end. Call await_stack before; the caller checks the effect.
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
    die "the deployment did not succeed, the stack $stack is $(stack_status): read its events in CloudFormation, then run this again"
}

# live FUNCTION SETTING: prints a setting of the function's live version. It may be a secret, so only compare it.
live() {
  local name
  name=$(physical "$1") || exit 1
  aws lambda get-function-configuration --function-name "$name" --qualifier live |
    jq -r --arg setting "$2" '.Environment.Variables[$setting] // ""' || die "cannot read the configuration of $1"
}

# is_live TEXT SETTING FUNCTION...: succeeds if the live versions of all these functions have this text.
is_live() {
  local text=$1 setting=$2 function has
  shift 2
  for function; do
    has=$(live "$function" "$setting") || exit 1
    [ "$has" = "$text" ] || return 1
  done
}

# make_live TEXT SETTING FUNCTION...: deploys so that the functions read their secrets again, unless they have this text
# already. Sets deployed if that took a deployment. Call await_stack before.
make_live() {
  deployed=''
  if is_live "$@"; then
    return 0
  fi
  update_parameter SecretsRevision "$(date -u +%Y%m%d%H%M%S)"
  deployed=1
  is_live "$@" ||
    die "the deployment succeeded, but $3 does not have the new $2: run sam deploy with another SecretsRevision"
}

# A concurrency limit of 0 stops SubmitFunction at once, even during a deployment, and the API answers 503 without it. The
# setting that a deployment changes takes minutes, and can be rolled back.

submit_limit() {
  aws lambda get-function-concurrency --function-name "$1" | jq -rs '.[0].ReservedConcurrentExecutions // "none"' ||
    die "cannot read the concurrency limit of SubmitFunction"
}

# Stops submits at once. Without the permission for that, only the deployment that follows stops them.
pull_brake() {
  local limit
  limit=$(submit_limit "$1") || limit=none
  case $limit in
    none | 0) ;;
    *) say "SubmitFunction had a concurrency limit of $limit. submits resume restores the limit in SubmitConcurrency; set any other one again by hand." ;;
  esac
  if aws lambda put-function-concurrency --function-name "$1" --reserved-concurrent-executions 0 >/dev/null; then
    say "New submits get 503 from now on, by a concurrency limit of 0 for SubmitFunction, until the deployment has ended."
  else
    printf 'operate: submits cannot be stopped at once without lambda:PutFunctionConcurrency; the deployment that follows stops them\n' >&2
  fi
}

# Removes a limit of 0; any other limit was not set by this command. Restores the stack's own limit, because a deployment would
# not notice that it is missing.
release_brake() {
  local limit own
  limit=$(submit_limit "$1") || exit 1
  [ "$limit" = 0 ] || return 0
  own=$(parameter SubmitConcurrency) || exit 1
  if [ "$own" = 0 ]; then
    aws lambda delete-function-concurrency --function-name "$1"
  else
    aws lambda put-function-concurrency --function-name "$1" --reserved-concurrent-executions "$own" >/dev/null
  fi || die "the concurrency limit of 0 of SubmitFunction could not be removed; run this again"
}

command_submits() {
  [ $# -le 1 ] || misuse "submits takes stop, resume or nothing"
  local wanted function limit
  case ${1:-} in
    "") wanted='' ;;
    stop) wanted=false ;;
    resume) wanted=true ;;
    *) misuse "submits takes stop, resume or nothing, not $1" ;;
  esac
  load_resources
  function=$(physical SubmitFunction) || exit 1
  [ "$wanted" != false ] || pull_brake "$function"
  await_stack
  if [ -n "$wanted" ]; then
    if is_live "$wanted" ACCEPT_SUBMITS SubmitFunction && [ "$(parameter AcceptSubmits)" = "$wanted" ]; then
      say "Nothing to deploy."
    else
      update_parameter AcceptSubmits "$wanted"
    fi
    is_live "$wanted" ACCEPT_SUBMITS SubmitFunction ||
      die "the deployment succeeded, but SubmitFunction still has the old setting: run sam deploy with AcceptSubmits=$wanted"
    # No deployment is running now, so only this version is called.
    release_brake "$function"
  fi
  limit=$(submit_limit "$function") || exit 1
  if [ "$limit" = 0 ]; then
    say "New submits get 503, by a concurrency limit of 0 for SubmitFunction: submits stop or resume was interrupted. Run it again."
    return
  fi
  case $(live SubmitFunction ACCEPT_SUBMITS) in
    true) say "New submits are accepted." ;;
    false) say "New submits get 503; accepted tasks go on to their end." ;;
    *) die "SubmitFunction has no setting ACCEPT_SUBMITS: deploy this version of Darkroom first" ;;
  esac
}
