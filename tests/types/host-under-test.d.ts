// What the behaviour suite asks of a host: the npm package has it as it is, the Rust host through `host.js`. A page of the suite
// loads one of the two as `/host.js`.

/** What a call comes to; never rejected but for `fetch`. */
export type Answer = Record<string, unknown> & { code?: string; result?: string; next?: string };

export interface SessionUnderTest {
  readonly snapshot: object;
  subscribe(listener: (snapshot: any) => void): () => void;
  token(options?: object): Promise<object>;
  refresh(options?: object): Promise<object>;
  switchAccount(account: string, options?: object): Promise<object>;
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  signOut(): Promise<object>;
  adoptRedirect(url?: string | URL | Location, options?: { switchUser?: boolean }): Promise<object>;
  explain(): object;
  dispose(): void;
}

export interface ClientUnderTest {
  lrUrl: string;
  readonly session: SessionUnderTest;
  readonly hosted: object;
  login(params: never, options?: object): Promise<object>;
  verifyLogin(params: never, options?: object): Promise<object>;
  getSession(params?: never, options?: object): Promise<object>;
  logout(params?: never, options?: object): Promise<object>;
  forgotPassword(params: never, options?: object): Promise<object>;
  resetPassword(params: never, options?: object): Promise<object>;
  updatePassword(params: never, options?: object): Promise<object>;
  updateProfile(params: never, options?: object): Promise<object>;
  signup(params: never, options?: object): Promise<object>;
  requestInvitation(params: never, options?: object): Promise<object>;
  verifyEmail(params: never, options?: object): Promise<object>;
  verifyToken(token: string, options?: object): Promise<object>;
  decodeToken(token: string): object;
}

/** A host: its module exports a class of clients, and one of errors that its constructor and `session.fetch` throw. */
export interface HostUnderTest {
  LoginRocket: new (options?: object) => ClientUnderTest;
  LoginRocketError: new (...given: never[]) => Error;
}
