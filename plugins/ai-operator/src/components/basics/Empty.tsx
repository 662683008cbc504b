import { Flex, Text } from '@backstage/ui';
import type { ReactNode } from 'react';

/** Nothing to show, and what that means or what to do about it. */
export function Empty(props: { title: string; children?: ReactNode }) {
  return (
    <Flex direction="column" gap="1">
      <Text as="p" weight="bold">
        {props.title}
      </Text>
      {props.children && (
        <Text as="p" color="secondary">
          {props.children}
        </Text>
      )}
    </Flex>
  );
}
