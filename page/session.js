import { tell } from "./dom.js"

/** A token is renewed this long before it ends. */
const EARLY = 60_000

/** What a JWT says; nothing of it is believed here, it is for showing. */
function claimsOf(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), letter => letter.charCodeAt(0))))
  } catch {
    return {}
  }
}

/**
 * Who uses the page. Tells "signed-in" and "expired". There are three kinds of it, each with `user` (whose pictures these
 * are), `name` (to be shown), `resume` (after a reload), `renew` (in place of an old token) and `end`.
 */
export class Session extends EventTarget {
  #kind
  #token = null
  #renewing = null

  constructor(kind) {
    super()
    this.#kind = kind
  }

  get user() {
    return this.#kind.user
  }

  get name() {
    return this.#kind.name
  }

  /** Signs in with what an earlier visit left; false when there is nothing. */
  async resume() {
    this.#token = await this.#kind.resume()
    if (this.#token) tell(this, "signed-in")
    return this.#token !== null
  }

  /** Signs in with what the form gave. */
  begin(given) {
    this.#token = this.#kind.accept(given)
    tell(this, "signed-in")
  }

  /** The token for the next call. */
  async token() {
    if (this.#token && this.#token.until < Date.now() + EARLY) await this.renew()
    return this.#token?.text ?? ""
  }

  /**
   * A new token in place of one that was refused, if there is not one already; false when only its user can give one. Many
   * callers share one try.
   */
  async renew(refused = this.#token?.text) {
    if (this.#token && this.#token.text !== refused) return true
    this.#renewing ??= this.#kind.renew().finally(() => (this.#renewing = null))
    const token = await this.#renewing
    if (token) this.#token = token
    return token !== null
  }

  /** This token is good no more. */
  expire(refused = this.#token?.text) {
    if (this.#token && this.#token.text !== refused) return
    this.#token = null
    tell(this, "expired")
  }

  async end() {
    this.#token = null
    await this.#kind.end()
  }
}

/** On one's own machine: any name is a user. */
export class NameSession {
  static #KEY = "darkroom.name"

  get user() {
    return this.name
  }

  get name() {
    return sessionStorage.getItem(NameSession.#KEY) ?? ""
  }

  accept(name) {
    sessionStorage.setItem(NameSession.#KEY, name)
    return { text: name, until: Infinity }
  }

  async resume() {
    return this.name ? { text: this.name, until: Infinity } : null
  }

  async renew() {
    return null
  }

  async end() {
    sessionStorage.removeItem(NameSession.#KEY)
  }
}

/** With an issuer of the team's own: an access token, kept in memory only. */
export class TokenSession {
  user = ""
  name = ""

  accept(token) {
    const { sub, email, name } = claimsOf(token)
    this.user = sub ?? token
    this.name = email ?? name ?? sub ?? "Signed in"
    return { text: token, until: Infinity }
  }

  async resume() {
    return null
  }

  async renew() {
    return null
  }

  async end() {
    this.user = ""
  }
}

/** With the stack's user pool: nothing but the refresh token outlives the tab. */
export class CognitoSession {
  static #KEY = "darkroom.refresh-token"

  user = ""
  name = ""
  #cognito

  constructor(cognito) {
    this.#cognito = cognito
  }

  accept(result) {
    if (result.RefreshToken) localStorage.setItem(CognitoSession.#KEY, result.RefreshToken)
    this.user = claimsOf(result.AccessToken).sub ?? ""
    this.name = claimsOf(result.IdToken ?? "").email ?? this.user
    return { text: result.AccessToken, until: Date.now() + result.ExpiresIn * 1000 }
  }

  resume() {
    return this.renew()
  }

  async renew() {
    const refreshToken = localStorage.getItem(CognitoSession.#KEY)
    if (!refreshToken) return null
    try {
      return this.accept((await this.#cognito.refresh(refreshToken)).AuthenticationResult)
    } catch (error) {
      // Only Cognito's own no makes the token worthless; without a network it is good later.
      if (error.type === "NotAuthorizedException") localStorage.removeItem(CognitoSession.#KEY)
      return null
    }
  }

  async end() {
    const refreshToken = localStorage.getItem(CognitoSession.#KEY)
    localStorage.removeItem(CognitoSession.#KEY)
    if (refreshToken) await this.#cognito.revoke(refreshToken).catch(() => {})
  }
}
