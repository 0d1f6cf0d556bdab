import { addIcons } from '../parts/icons.tsx';
import { studioIcons } from '../studio/parts/studio-icons.tsx';
import { Studio } from '../studio/studio.tsx';
import { showPage } from './show-page.tsx';

addIcons(studioIcons);
showPage(<Studio />);
