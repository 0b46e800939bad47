// The package is what the behaviour suite asks of a host.
import * as sdk from 'loginrocket-wasm';
import type { HostUnderTest } from './host-under-test.js';

export const host: HostUnderTest = sdk;
