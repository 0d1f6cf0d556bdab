import { Studio } from '../studio/studio.tsx';
import { showPage } from './show-page.tsx';

showPage(<Studio />);
