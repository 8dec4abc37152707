/** Cognito refused. `type` is Cognito's own word, such as NotAuthorizedException. */
export class CognitoError extends Error {
  constructor(type, message) {
    super(MESSAGES[type] ?? message ?? "The sign-in service did not answer.")
    this.name = "CognitoError"
    this.type = type
  }
}

const MESSAGES = {
  NotAuthorizedException: "That e-mail address and password do not fit.",
  CodeMismatchException: "That is not the code.",
  ExpiredCodeException: "That code is too old. Ask for another one.",
  LimitExceededException: "Too many tries. Wait a while.",
  TooManyRequestsException: "Too many tries. Wait a while.",
}

/** The few calls of Amazon Cognito's user pools API that signing in takes. */
export class Cognito {
  #endpoint
  #clientId

  constructor(endpoint, clientId) {
    this.#endpoint = endpoint
    this.#clientId = clientId
  }

  signIn(name, password, signal) {
    return this.#call("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: name, PASSWORD: password } }, signal)
  }

  /** Answers a challenge of `signIn` with what it asks for. */
  answer(challenge, name, responses, signal) {
    return this.#call(
      "RespondToAuthChallenge",
      { ChallengeName: challenge.ChallengeName, Session: challenge.Session, ChallengeResponses: { USERNAME: name, ...responses } },
      signal,
    )
  }

  refresh(refreshToken, signal) {
    return this.#call("InitiateAuth", { AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: refreshToken } }, signal)
  }

  /** Sends a code to the user's e-mail address. */
  forgotPassword(name, signal) {
    return this.#call("ForgotPassword", { Username: name }, signal)
  }

  setPassword(name, code, password, signal) {
    return this.#call("ConfirmForgotPassword", { Username: name, ConfirmationCode: code, Password: password }, signal)
  }

  /** Ends what the refresh token began, everywhere. */
  revoke(refreshToken) {
    return this.#call("RevokeToken", { Token: refreshToken })
  }

  async #call(action, parameters, signal) {
    let response
    try {
      response = await fetch(this.#endpoint, {
        method: "POST",
        headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `AWSCognitoIdentityProviderService.${action}` },
        body: JSON.stringify({ ClientId: this.#clientId, ...parameters }),
        signal,
        cache: "no-store",
      })
    } catch (error) {
      signal?.throwIfAborted()
      throw new CognitoError("")
    }
    const answer = await response.json().catch(() => ({}))
    if (response.ok) return answer
    throw new CognitoError((answer.__type ?? "").split("#").at(-1), answer.message)
  }
}
