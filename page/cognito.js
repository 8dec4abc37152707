/** Cognito refused. `type` is Cognito's own word, such as NotAuthorizedException. */
export class CognitoError extends Error {
  constructor(type, message, action) {
    super(MESSAGES[`${action} ${type}`] ?? MESSAGES[type] ?? message ?? "The sign-in service did not answer. Check your network connection.")
    this.name = "CognitoError"
    this.type = type
  }
}

const MESSAGES = {
  NotAuthorizedException: "The e-mail address or the password is wrong.",
  "RespondToAuthChallenge NotAuthorizedException": "The sign-in took too long. Go back and sign in again.",
  "RespondToAuthChallenge ExpiredCodeException": "This code was used already. Wait for the next one.",
  "ForgotPassword NotAuthorizedException": "You have not set a password yet. Sign in with the one from your invitation.",
  CodeMismatchException: "The code is wrong.",
  ExpiredCodeException: "The code has expired. Send another one.",
  LimitExceededException: "There were too many tries. Wait an hour, then try again.",
  TooManyRequestsException: "There were too many tries. Wait a minute, then try again.",
}

/** The few calls of Amazon Cognito's user pools API that signing in takes. */
export class Cognito {
  #endpoint
  #clientId

  constructor(endpoint, clientId) {
    this.#endpoint = endpoint
    this.#clientId = clientId
  }

  signIn(name, password) {
    return this.#call("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: name, PASSWORD: password } })
  }

  answer(challenge, name, responses) {
    return this.#call("RespondToAuthChallenge", {
      ChallengeName: challenge.ChallengeName,
      Session: challenge.Session,
      ChallengeResponses: { USERNAME: challenge.ChallengeParameters?.USER_ID_FOR_SRP ?? name, ...responses },
    })
  }

  refresh(refreshToken) {
    return this.#call("InitiateAuth", { AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: refreshToken } })
  }

  forgotPassword(name) {
    return this.#call("ForgotPassword", { Username: name })
  }

  setPassword(name, code, password) {
    return this.#call("ConfirmForgotPassword", { Username: name, ConfirmationCode: code, Password: password })
  }

  /** Signs out everywhere. */
  revoke(refreshToken) {
    return this.#call("RevokeToken", { Token: refreshToken })
  }

  async #call(action, parameters) {
    let response
    try {
      response = await fetch(this.#endpoint, {
        method: "POST",
        headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `AWSCognitoIdentityProviderService.${action}` },
        body: JSON.stringify({ ClientId: this.#clientId, ...parameters }),
        cache: "no-store",
      })
    } catch {
      throw new CognitoError("")
    }
    const answer = await response.json().catch(() => ({}))
    if (response.ok) return answer
    throw new CognitoError((answer.__type ?? "").split("#").at(-1), answer.message, action)
  }
}
