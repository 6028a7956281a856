declare module "emprise:words/*" {
  const words: readonly string[];
  export default words;
}
