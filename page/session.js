import { tell } from "./dom.js"

/** A token is renewed so long before it expires. */
const EARLY = 60_000

/** The claims of a JWT, unverified: they are only shown. */
function claimsOf(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), letter => letter.charCodeAt(0))))
  } catch {
    return {}
  }
}

/**
 * The user's sign-in. Tells "signed-in" and "expired". Each kind has `user` (an id), `name` (to show), `accept` and `end`; some
 * have `resume` (after a reload) and `renew` (for an old token).
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

  get isIn() {
    return this.#token !== null
  }

  /** Signs in with what an earlier visit left; false when there is nothing. */
  async resume() {
    this.#token = (await this.#kind.resume?.()) ?? null
    if (this.isIn) this.begin()
    return this.isIn
  }

  /** Takes what the form gave, or throws. */
  accept(given) {
    this.#token = this.#kind.accept(given)
  }

  begin() {
    tell(this, "signed-in")
  }

  async token() {
    // If that fails, the old token may still work.
    if (this.#token?.until < Date.now() + EARLY) await this.renew().catch(() => {})
    return this.#token?.text ?? ""
  }

  /** Replaces a refused token, once for all callers. False if the user must sign in again. */
  async renew(refused = this.#token?.text) {
    if (this.#token && this.#token.text !== refused) return true
    this.#renewing ??= this.#kind.renew?.().finally(() => (this.#renewing = null))
    const token = await this.#renewing
    // The user may have signed out meanwhile.
    if (token && this.isIn) this.#token = token
    return this.isIn && Boolean(token)
  }

  /** This token was refused. */
  expire(refused) {
    if (this.#token?.text !== refused) return
    this.#token = null
    tell(this, "expired")
  }

  async end() {
    this.#token = null
    await this.#kind.end()
  }
}

/** On the local stack: any name is a user. */
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
    // A header can have only Latin-1 letters.
    return { text: encodeURIComponent(name), until: Infinity }
  }

  async resume() {
    return this.name ? this.accept(this.name) : null
  }

  async end() {
    sessionStorage.removeItem(NameSession.#KEY)
  }
}

/** With the team's own issuer: an access token, kept in memory only. */
export class TokenSession {
  user = ""
  name = ""

  accept(token) {
    if (!/^[\x21-\x7e]+$/u.test(token)) throw new Error("This is not an access token. A token has no spaces, line breaks or special letters.")
    const { sub, email, name } = claimsOf(token)
    // A token without a user may be anybody's.
    this.user = sub ?? String(Date.now())
    this.name = email ?? name ?? sub ?? "Signed in"
    return { text: token, until: Infinity }
  }

  async end() {
    this.user = ""
  }
}

export const REFRESH_TOKEN = "darkroom.refresh-token"

/** With the stack's user pool: nothing but the refresh token outlives the tab. */
export class CognitoSession {
  user = ""
  name = ""
  #cognito

  constructor(cognito) {
    this.#cognito = cognito
  }

  accept(result) {
    if (result.RefreshToken) localStorage.setItem(REFRESH_TOKEN, result.RefreshToken)
    this.user = claimsOf(result.AccessToken).sub ?? ""
    this.name = claimsOf(result.IdToken ?? "").email ?? this.user
    return { text: result.AccessToken, until: Date.now() + result.ExpiresIn * 1000 }
  }

  resume() {
    return this.renew()
  }

  async renew() {
    const { user } = this
    const refreshToken = localStorage.getItem(REFRESH_TOKEN)
    if (!refreshToken) return null
    try {
      const { AuthenticationResult: result } = await this.#cognito.refresh(refreshToken)
      // The user signed out, or another one signed in, here or in another tab.
      if (this.user !== user || (user && claimsOf(result.AccessToken).sub !== user)) return null
      return this.accept(result)
    } catch (error) {
      // A refused token stays: removing it would sign out all tabs.
      if (error.type === "NotAuthorizedException") return null
      throw error
    }
  }

  async end() {
    const refreshToken = localStorage.getItem(REFRESH_TOKEN)
    localStorage.removeItem(REFRESH_TOKEN)
    this.user = ""
    if (refreshToken) await this.#cognito.revoke(refreshToken).catch(() => {})
  }
}
