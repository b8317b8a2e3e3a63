import { type Command, Option } from 'commander';

/** Adds the flags of views: everything up to hop 4. */
export function addViewFlags(command: Command): Command {
  return command
    .option('--data <dir>', 'folder of images; class subfolders become labels')
    .option('--config <file>', 'recipe (.json) or configuration (.ts, .mts, .js, .mjs); default: viewforge.config.* here')
    .option('--seed <seed>', 'number or text that decides every draw')
    .option('--epochs <count>', 'passes over the data')
    .option('--batch-size <count>', 'items of one batch; changes no view')
    .option('--workers <count>', 'threads that make views, or auto; changes no view')
    .option('--plan <name>', 'which views to make, for example views-byol/byol')
    .option('--size <pixels>', 'side of the views')
    .addOption(
      new Option('--on-bad-item <policy>', 'what to do with an item that cannot be used').choices([
        'fail',
        'skip',
        'replace',
        'quarantine',
      ]),
    );
}

/** Adds the flags of encoders. */
export function addEncoderFlags(command: Command): Command {
  return command
    .option('--encoder <name>', 'what turns views into embeddings, for example onnx/random-network')
    .addOption(new Option('--model <file>', 'your own encoder, an .onnx file').conflicts('encoder'))
    .option('--embedding-cache <dir>', 'keep embeddings in this folder, for runs that make the same views again')
    .option('--providers <names>', 'where the model runs, tried in this order, for example cuda,cpu')
    .option('--latent-providers <names>', 'run the models of mixers there, tried in this order, for example cuda,cpu');
}
