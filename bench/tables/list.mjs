// The tables, in the order in which they are measured and shown.
import * as call from './call.mjs';
import * as growth from './growth.mjs';
import * as memory from './memory.mjs';
import * as scale from './scale.mjs';
import * as size from './size.mjs';
import * as start from './start.mjs';
import * as storm from './storm.mjs';
import * as verify from './verify.mjs';

export const tables = {
  size,
  start,
  call,
  verify,
  storm,
  scale,
  memory,
  growth,
};
