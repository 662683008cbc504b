import { z } from 'zod';
import { listOf, textOf, type Arguments } from './arguments';
import { SlackError, type SlackContent } from './types';

/** Limits of the real service; a longer message is refused as a whole. */
const TEXT_LIMIT = 40_000;
const BLOCKS_LIMIT = 50;
const ATTACHMENTS_LIMIT = 100;
const SECTION_LIMIT = 3_000;
const BUTTON_URL_LIMIT = 3_000;

const plainOrMarkdown = z.looseObject({
  type: z.enum(['plain_text', 'mrkdwn']),
  text: z.string().min(1).max(SECTION_LIMIT),
});

const blockSchema = z.looseObject({
  type: z.string().min(1),
  text: plainOrMarkdown.optional(),
  elements: z.array(z.looseObject({ type: z.string() })).optional(),
  accessory: z
    .looseObject({
      type: z.string(),
      url: z.string().max(BUTTON_URL_LIMIT).optional(),
    })
    .optional(),
});
const blocksSchema = z.array(blockSchema).max(BLOCKS_LIMIT);

const attachmentsSchema = z
  .array(
    z.looseObject({
      color: z.string().optional(),
      fallback: z.string().optional(),
      text: z.string().optional(),
      blocks: blocksSchema.optional(),
    }),
  )
  .max(ATTACHMENTS_LIMIT);

/** A block, as far as the pages show it. */
export type SlackBlock = z.infer<typeof blockSchema>;

/** Blocks that were accepted. */
export function blocksOf(blocks: unknown): SlackBlock[] {
  return blocksSchema.safeParse(blocks ?? []).data ?? [];
}

/** Attachments that were accepted. */
export function attachmentsOf(
  attachments: unknown,
): z.infer<typeof attachmentsSchema> {
  return attachmentsSchema.safeParse(attachments ?? []).data ?? [];
}

/**
 * What a message is to say; parts that are not given are left out.
 *
 * @throws SlackError `invalid_blocks`, `invalid_attachments`, `msg_too_long`
 */
export function readContent(args: Arguments): Partial<SlackContent> {
  const text = textOf(args, 'text');
  const blocks = listOf(args, 'blocks');
  const attachments = listOf(args, 'attachments');
  if (text !== undefined && text.length > TEXT_LIMIT) {
    throw new SlackError('msg_too_long');
  }
  check('blocks', blocksSchema, blocks);
  check('attachments', attachmentsSchema, attachments);
  const username = textOf(args, 'username');
  return {
    ...(text !== undefined && { text }),
    ...(blocks && { blocks }),
    ...(attachments && { attachments }),
    ...(username !== undefined && { username }),
  };
}

function check(
  name: 'blocks' | 'attachments',
  schema: z.ZodType,
  value: unknown[] | undefined,
): void {
  const problem = value && schema.safeParse(value).error?.issues[0];
  if (problem) {
    throw new SlackError(`invalid_${name}`, [
      `[ERROR] ${problem.message} [json-pointer:/${[name, ...problem.path].join(
        '/',
      )}]`,
    ]);
  }
}
