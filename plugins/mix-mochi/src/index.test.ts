import { obeysPluginLaws } from '@viewforge/testkit';
import { plugin } from './index.ts';

obeysPluginLaws(plugin);
