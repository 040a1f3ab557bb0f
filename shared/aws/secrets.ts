/** The secrets port over Systems Manager's parameters. */

import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { refusalOf } from '../core/answers.ts';
import type { Secrets } from '../ports.ts';

/** Rejects with the parameter's name and the error's, never with a value. */
export const secretsAdapter = (client: SSMClient): Secrets => ({
  read: async (name) => {
    try {
      const { Parameter: found } = await client.send(
        new GetParameterCommand({ Name: name, WithDecryption: true }),
      );
      // A file that it was put from ends with a line break, which no header may hold.
      const value = found?.Value?.trim();
      if (value) return value;
    } catch (error) {
      throw new Error(`the parameter ${name} cannot be read: ${refusalOf(error).name}`);
    }
    throw new Error(`the parameter ${name} is empty`);
  },
});
