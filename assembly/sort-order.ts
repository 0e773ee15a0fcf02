/** Whether a comes strictly before b; NaN is greater than every number, as in PyTorch. */
export class Order {
  @inline static before<T>(a: T, b: T, descending: i32): bool {
    if (descending) return a > b || (a != a && b == b);
    return a < b || (b != b && a == a);
  }
}
