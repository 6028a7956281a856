declare module "emprise:words/*" {
  const words: Record<string, string>;
  export default words;
}
