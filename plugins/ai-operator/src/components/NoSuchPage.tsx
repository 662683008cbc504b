import { useRouteRef } from '@backstage/core-plugin-api';
import { Link, Text } from '@backstage/ui';
import { rootRouteRef } from '../routes';

/** A wrong address below `/ai-operator`. */
export function NoSuchPage() {
  const fleet = useRouteRef(rootRouteRef);
  return (
    <Text as="p">
      There is no such page here. <Link href={fleet()}>All applications</Link>
    </Text>
  );
}
