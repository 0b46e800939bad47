// What the types offer: each line is how somebody uses the package.
import { connectEmulator, createEmulator, EmulatorError, startEmulator } from 'loginrocket-emulator';
import type {
  AddedRealm,
  EmulatedRealm,
  Emulator,
  EmulatorOptions,
  LocalEmulator,
  Mail,
  PersonSeed,
  RealmSeed,
  Rule,
  Seed,
  Settings,
  SettingsChange,
  Snapshot,
  StartOptions,
} from 'loginrocket-emulator';

const person: PersonSeed = { email: 'ada@example.com', password: 'engine-of-1843', custom: { plan: 'gold', seats: [1, 2] } };
const realm: RealmSeed = {
  name: 'shop',
  settings: { signup: 'closed', jwt_minutes: 5, assumptions: { sliding_sessions: true } },
  people: [{ ...person, memberships: [{ account: 'Engines', permissions: ['ar:owner'] }] }],
};
const seed: Seed = { realms: [realm] };
// An option that is not given may be `undefined`, whatever the compiler is told of optional members.
const options: EmulatorOptions = { seed, apiKey: undefined, realm: undefined, random: 1843 };
const served: StartOptions = { ...options, port: 0, corePort: 0, host: '127.0.0.1' };

export async function use(): Promise<void> {
  const emulator: LocalEmulator = await createEmulator(options);
  const server: LocalEmulator = await startEmulator(served);
  const elsewhere: Emulator = await connectEmulator(new URL(server.url));
  // Each is a realm: its default one.
  const all: EmulatedRealm[] = [emulator, server, elsewhere];
  const url: string = emulator.url;
  const response: Response = await emulator.fetch(`${url}v2/session`, { method: 'GET' });
  const handled: Response = await emulator.handle(new Request(url));
  const added: AddedRealm = await emulator.addRealm(realm);
  const ada = await added.addPerson(person);
  const email: string | null = ada.email;
  const code: string = await added.totp(ada);
  const [mail]: Mail[] = await added.mails({ to: email ?? undefined });
  const token: string | undefined = mail?.token;
  const kind: 'password_reset' | 'email_verification' | 'invitation' | undefined = mail?.kind;
  await added.clock.freeze(new Date());
  await added.clock.advance(60_000);
  const now: number = await added.clock.now();
  const rule: Rule = { path: '/v2/login', count: 1, status: 503, headers: { 'retry-after': '7' } };
  await (await added.script(rule)).remove();
  const statuses: number[] = (await added.requests({ path: '/v2/login' })).map(({ status }) => status);
  const change: SettingsChange = { totp: true, signup: undefined };
  const settings: Settings = await added.settings(change);
  const minutes: number = settings.jwt_minutes + settings.assumptions.mfa_token_minutes;
  const kid: string = await added.rotateKeys({ dropOld: true });
  const snapshot: Snapshot = await added.snapshot();
  await added.restore(snapshot);
  await emulator.import(await emulator.export());
  await added.remove();
  await emulator.stop();
  await using scoped = await createEmulator();
  void [all, response, handled, code, token, kind, now, statuses, minutes, kid, scoped];
}

export function told(error: unknown): number | undefined {
  return error instanceof EmulatorError ? error.status : undefined;
}
