// What the types refuse. Each line below would compile silently if a type were loose.
import { connectEmulator, createEmulator, startEmulator } from 'loginrocket-emulator';
import type { Emulator, LocalEmulator, Mail } from 'loginrocket-emulator';

declare const emulator: LocalEmulator;
declare const elsewhere: Emulator;
declare const mail: Mail;

// @ts-expect-error There is no such option.
void createEmulator({ sead: { realms: [] } });
// @ts-expect-error Nothing listens without a socket.
void createEmulator({ port: 0 });
// @ts-expect-error A port is a number.
void startEmulator({ port: '4400' });
// @ts-expect-error It has to be said where.
void connectEmulator();
// @ts-expect-error A seed has realms.
void createEmulator({ seed: {} });
// @ts-expect-error A realm has a name.
void createEmulator({ seed: { realms: [{ people: [] }] } });
// @ts-expect-error A person has no such member.
void emulator.addPerson({ emial: 'ada@example.com' });
// @ts-expect-error An account is named by a text.
void emulator.addPerson({ memberships: [{ account: 7 }] });
// @ts-expect-error There is no such setting.
void emulator.settings({ sigunp: 'open' });
// @ts-expect-error There is no such kind of sign-up.
void emulator.settings({ signup: 'sometimes' });
// @ts-expect-error There is no such assumption.
void emulator.settings({ assumptions: { sliding: true } });
// @ts-expect-error Nothing matches by status.
void emulator.script({ path: '/v2/login', statuz: 503 });
// @ts-expect-error A clock goes by milliseconds or a date.
void emulator.clock.set('2026-01-01');
// @ts-expect-error A snapshot is what `snapshot()` gave.
void emulator.restore({});
// @ts-expect-error One that runs elsewhere is not stopped from here.
void elsewhere.stop();
// @ts-expect-error Nor can it be given a request by hand.
void elsewhere.handle(new Request('http://localhost/'));
// @ts-expect-error A mail is read, not written.
mail.token = '';
// @ts-expect-error The address is the emulator's own.
emulator.url = 'http://localhost/';
// @ts-expect-error What a mail is for is one of three.
void (mail.kind === 'newsletter');
// @ts-expect-error Sessions are shown without their ids.
void emulator.sessions().then(([session]) => session?.id);
